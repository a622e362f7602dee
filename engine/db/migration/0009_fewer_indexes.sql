-- payments_by_status serves what it served: each payment wrote both, and again when it was settled.

DROP INDEX payments_unsettled;
