-- A customer is found by a part of the phone number, typed with or without blanks.

UPDATE customer_profiles SET folded = folded || ' ' || replace(phone, ' ', '') WHERE phone <> '';
