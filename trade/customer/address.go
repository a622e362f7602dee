package customer

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ordo/base/problem"
)

// Codes of contacts.
var (
	ErrEmail = problem.Declare("email_invalid", problem.Invalid,
		"An email address is not of the form name@domain.", "Check the address; leave it empty if there is none.")
	ErrPhone = problem.Declare("phone_invalid", problem.Invalid,
		"A phone number has other characters than digits and blanks, or is too short or too long.", "Use 5 to 20 digits and blanks, with + in front of a country code.")
)

// Contact is how to reach a person or company. All of it is personal.
type Contact struct {
	Name    string `json:"name,omitempty" maxLength:"200" doc:"Name or company must be given"`
	Company string `json:"company,omitempty" maxLength:"200"`
	Email   string `json:"email,omitempty" maxLength:"254"`
	Phone   string `json:"phone,omitempty" maxLength:"20" doc:"Digits and blanks, + in front of a country code"`
}

// Address is a contact and where to find it. All but region and country is personal.
type Address struct {
	Contact
	Street   string `json:"street" minLength:"1" maxLength:"200"`
	Street2  string `json:"street2,omitempty" maxLength:"200"`
	Postcode string `json:"postcode,omitempty" maxLength:"20"`
	City     string `json:"city" minLength:"1" maxLength:"100"`
	Region   string `json:"region,omitempty" maxLength:"100" doc:"State or province"`
	Country  string `json:"country" pattern:"^[A-Z]{2}$" doc:"ISO 3166 alpha-2"`
}

var addressExample = Address{
	Contact: Contact{Name: "Ada Byron", Company: "Analytical Engines Ltd", Phone: "+44 20 7946 0000"},
	Street:  "12 St James's Square", Postcode: "SW1Y 4JH", City: "London", Country: "GB",
}

var phone = regexp.MustCompile(`^\+?[0-9][0-9 ]*[0-9]$`)

// Check notes the faults that a schema can't see; pointer is where the contact,
// or the address that holds it, is in the input.
func (c Contact) Check(pointer string, faults *problem.List) {
	if strings.TrimSpace(c.Name+c.Company) == "" {
		faults.Add(problem.ErrRequired, pointer+"/name", "a name or a company must be given")
	}
	// The values stay out of the text: it may be logged.
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email) {
		faults.Add(ErrEmail, pointer+"/email", "this is no email address such as name@example.com")
	}
	if c.Phone != "" && (len(c.Phone) < 5 || len(c.Phone) > 20 || !phone.MatchString(c.Phone)) {
		faults.Add(ErrPhone, pointer+"/phone", "this is no phone number such as +44 20 7946 0000")
	}
}

// Fold brings a text to the form in which it is searched: lower case, without
// accents.
func Fold(text string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
	return strings.ToLower(plain)
}
