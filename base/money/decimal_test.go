package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"ordo/base/money"

	"pgregory.net/rapid"
)

func TestQuantityIsReadExactlyFromItsText(t *testing.T) {
	for _, c := range []struct {
		text string
		want money.Quantity
		err  error
	}{
		{"2", 2000, nil},
		{"1.5", 1500, nil},
		{"0.001", 1, nil},
		{"-0.001", -1, nil},
		{"-0", 0, nil},
		{"007", 7000, nil},
		{"2.000", 2000, nil},
		{"999999999.999", 999_999_999_999, nil},
		{"-999999999.999", -999_999_999_999, nil},
		{"1000000000", 0, money.ErrRange},
		{"-1000000000", 0, money.ErrRange},
		{"99999999999999999999999999", 0, money.ErrRange},
		{"0.0001", 0, money.ErrDecimals},
		{"1.0000", 0, money.ErrDecimals},
		{"1e3", 0, money.ErrSyntax},
		{"", 0, money.ErrSyntax},
		{"-", 0, money.ErrSyntax},
		{".5", 0, money.ErrSyntax},
		{"5.", 0, money.ErrSyntax},
		{"+5", 0, money.ErrSyntax},
		{"--5", 0, money.ErrSyntax},
		{" 5", 0, money.ErrSyntax},
		{"1.2.3", 0, money.ErrSyntax},
		{"1,5", 0, money.ErrSyntax},
		{"0x10", 0, money.ErrSyntax},
		{"1_000", 0, money.ErrSyntax},
		{"٣", 0, money.ErrSyntax},
		{"NaN", 0, money.ErrSyntax},
	} {
		got, err := money.ParseQuantity(c.text)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseQuantity(%q) = %d, %v; want %d, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func TestUnitPriceHasSixDecimalsAndABound(t *testing.T) {
	for text, want := range map[string]money.UnitPrice{
		"12.5": 12_500_000, "0.000001": 1, "999999999.999999": 999_999_999_999_999,
	} {
		if got, err := money.ParseUnitPrice(text); got != want || err != nil {
			t.Errorf("ParseUnitPrice(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]error{"0.0000001": money.ErrDecimals, "1000000000": money.ErrRange, "x": money.ErrSyntax} {
		if _, err := money.ParseUnitPrice(text); !errors.Is(err, want) {
			t.Errorf("ParseUnitPrice(%q) gives %v, want %v", text, err, want)
		}
	}
}

func TestRateIsAFractionThatIsNotNegative(t *testing.T) {
	if got, err := money.ParseRate("0.19"); got != 190_000 || err != nil {
		t.Errorf("ParseRate(0.19) = %d, %v", got, err)
	}
	for _, text := range []string{"-0.01", "1000"} {
		if _, err := money.ParseRate(text); !errors.Is(err, money.ErrRange) {
			t.Errorf("ParseRate(%q) gives %v, want ErrRange", text, err)
		}
	}
}

type line struct {
	Quantity money.Quantity   `json:"quantity"`
	Price    money.UnitPrice  `json:"price"`
	Rate     money.Rate       `json:"rate"`
	Optional *money.UnitPrice `json:"optional"`
}

func TestJSONWritesQuantitiesAsNumbersAndPricesAsStrings(t *testing.T) {
	got, err := json.Marshal(line{Quantity: 1500, Price: 1000, Rate: 190_000})
	want := `{"quantity":1.5,"price":"0.001","rate":"0.19","optional":null}`
	if string(got) != want || err != nil {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestJSONIsReadFromStringsAndPlainNumbers(t *testing.T) {
	for _, text := range []string{
		`{"quantity": 2.5, "price": "12.5", "rate": "0.07", "optional": null}`,
		`{"quantity": "2.5", "price": 12.5, "rate": 0.07}`,
		`{"quantity": "2\u002e5", "price": 12.500000, "rate": 0.070}`,
	} {
		var got line
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if want := (line{Quantity: 2500, Price: 12_500_000, Rate: 70_000}); got != want {
			t.Errorf("%s gives %+v, want %+v", text, got, want)
		}
	}
}

func TestJSONRefusesWhatIsNoPlainDecimal(t *testing.T) {
	for text, want := range map[string]error{
		`{"quantity": 1e3}`:      money.ErrSyntax,
		`{"quantity": "1E3"}`:    money.ErrSyntax,
		`{"quantity": null}`:     money.ErrSyntax,
		`{"quantity": true}`:     money.ErrSyntax,
		`{"quantity": {}}`:       money.ErrSyntax,
		`{"quantity": 1.2345}`:   money.ErrDecimals,
		`{"quantity": 1e400}`:    money.ErrSyntax,
		`{"price": 1000000000}`:  money.ErrRange,
		`{"price": "0.1234567"}`: money.ErrDecimals,
		`{"rate": "19 %"}`:       money.ErrSyntax,
	} {
		var got line
		if err := json.Unmarshal([]byte(text), &got); !errors.Is(err, want) {
			t.Errorf("%s gives %v, want %v", text, err, want)
		}
	}
}

func TestDecimalsSurviveWritingAndReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value, places := rapid.Int64().Draw(t, "value"), rapid.IntRange(0, 12).Draw(t, "places")
		text := money.FormatDecimal(value, places)
		if got, err := money.ParseDecimal(text, places); got != value || err != nil {
			t.Fatalf("%d is written %s and read %d, %v", value, text, got, err)
		}
	})
}

func TestFormatDecimalWritesAllPlaces(t *testing.T) {
	for _, c := range []struct {
		value  int64
		places int
		want   string
	}{
		{1250, 2, "12.50"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {0, 3, "0.000"}, {7, 0, "7"},
		{math.MinInt64, 2, "-92233720368547758.08"},
	} {
		if got := money.FormatDecimal(c.value, c.places); got != c.want {
			t.Errorf("FormatDecimal(%d, %d) = %s, want %s", c.value, c.places, got, c.want)
		}
	}
}

// fuzzDecimal checks that a text that is accepted means exactly its value.
func fuzzDecimal[T ~int64](f *testing.F, parse func(string) (T, error), text func(T) string) {
	for _, seed := range []string{"0", "-1.5", "0.001", "999999999.999", "1e3", "1000000000", "0.190000", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		value, err := parse(input)
		if err != nil {
			return
		}
		again, err := parse(text(value))
		if err != nil || again != value {
			t.Fatalf("%q is %d, written %q, read %d, %v", input, value, text(value), again, err)
		}
		if short := shortest(input); short != text(value) {
			t.Fatalf("%q is written %q, want %q", input, text(value), short)
		}
	})
}

// shortest brings a well-formed decimal to its shortest form by its text alone.
func shortest(text string) string {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole
}

func FuzzParseQuantity(f *testing.F) {
	fuzzDecimal(f, money.ParseQuantity, money.Quantity.String)
}

func FuzzParseUnitPrice(f *testing.F) {
	fuzzDecimal(f, money.ParseUnitPrice, money.UnitPrice.String)
}

func FuzzParseRate(f *testing.F) {
	fuzzDecimal(f, money.ParseRate, money.Rate.String)
}

func FuzzQuantityJSON(f *testing.F) {
	for _, seed := range []string{`2`, `"1.5"`, `-0.001`, `1e3`, `null`, `"\u0031"`, `""`, `[1]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		var value, again money.Quantity
		if json.Unmarshal([]byte(input), &value) != nil {
			return
		}
		text, err := json.Marshal(value)
		if err != nil || json.Unmarshal(text, &again) != nil || again != value {
			t.Fatalf("%s is %d, written %s, read %d, %v", input, value, text, again, err)
		}
	})
}
