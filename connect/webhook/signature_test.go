package webhook_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ordo/connect/webhook"
)

// The example of the specification of Standard Webhooks.
const (
	exampleSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	exampleID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	exampleBody      = `{"test": 2432232314}`
	exampleSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var exampleAt = time.Unix(1614265330, 0)

func signed(signature string) http.Header {
	return http.Header{"Webhook-Id": {exampleID}, "Webhook-Timestamp": {strconv.FormatInt(exampleAt.Unix(), 10)}, "Webhook-Signature": {signature}}
}

// Spec: 11.2.3
func TestTheSignatureIsThatOfTheSpecification(t *testing.T) {
	got, err := webhook.Sign(exampleID, exampleAt, []byte(exampleBody), exampleSecret)
	if err != nil || got != exampleSignature {
		t.Errorf("it is %s, %v", got, err)
	}
}

// Spec: 11.2.3
func TestOnlyASignatureOfTheSecretAtItsTimeIsTaken(t *testing.T) {
	foreign, err := webhook.Sign(exampleID, exampleAt, []byte(exampleBody), webhook.Secret([]byte("x"), "whk_1", 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(secret *string, h http.Header, body *string, now *time.Time)
		want   error
	}{
		{"as it is", func(*string, http.Header, *string, *time.Time) {}, nil},
		{"five minutes later", func(_ *string, _ http.Header, _ *string, now *time.Time) { *now = now.Add(5 * time.Minute) }, nil},
		{"five minutes early", func(_ *string, _ http.Header, _ *string, now *time.Time) { *now = now.Add(-5 * time.Minute) }, nil},
		{"too late", func(_ *string, _ http.Header, _ *string, now *time.Time) { *now = now.Add(5*time.Minute + time.Second) }, webhook.ErrTimestamp},
		{"too early", func(_ *string, _ http.Header, _ *string, now *time.Time) {
			*now = now.Add(-5*time.Minute - time.Second)
		}, webhook.ErrTimestamp},
		{"another time", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Set("webhook-timestamp", "1614265331") }, webhook.ErrSignature},
		{"no time", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Set("webhook-timestamp", "now") }, webhook.ErrHeaders},
		{"a time beyond all", func(_ *string, h http.Header, _ *string, _ *time.Time) {
			h.Set("webhook-timestamp", "-9223372036854775808")
		}, webhook.ErrTimestamp},
		{"another id", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Set("webhook-id", "msg_2") }, webhook.ErrSignature},
		{"no id", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Del("webhook-id") }, webhook.ErrHeaders},
		{"another body", func(_ *string, _ http.Header, body *string, _ *time.Time) { *body += " " }, webhook.ErrSignature},
		{"no signature", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Del("webhook-signature") }, webhook.ErrHeaders},
		{"a foreign one", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Set("webhook-signature", foreign) }, webhook.ErrSignature},
		{"one of two", func(_ *string, h http.Header, _ *string, _ *time.Time) {
			h.Set("webhook-signature", foreign+" "+exampleSignature)
		}, nil},
		{"another version", func(_ *string, h http.Header, _ *string, _ *time.Time) {
			h.Set("webhook-signature", strings.Replace(exampleSignature, "v1", "v2", 1))
		}, webhook.ErrSignature},
		{"cut", func(_ *string, h http.Header, _ *string, _ *time.Time) {
			h.Set("webhook-signature", exampleSignature[:20])
		}, webhook.ErrSignature},
		{"empty", func(_ *string, h http.Header, _ *string, _ *time.Time) { h.Set("webhook-signature", "v1,") }, webhook.ErrSignature},
		{"no secret", func(secret *string, _ http.Header, _ *string, _ *time.Time) { *secret = "" }, webhook.ErrSecret},
		{"an empty key", func(secret *string, _ http.Header, _ *string, _ *time.Time) { *secret = "whsec_" }, webhook.ErrSecret},
	} {
		secret, h, body, now := exampleSecret, signed(exampleSignature), exampleBody, exampleAt
		c.change(&secret, h, &body, &now)
		if err := webhook.Verify(secret, h, []byte(body), now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(exampleSecret, exampleID, "1614265330", exampleSignature, []byte(exampleBody))
	f.Add(exampleSecret, exampleID, "1614265330", exampleSignature+" v1, v2,x", []byte(""))
	f.Add("whsec_", "", "-1", " ", []byte{0})
	f.Fuzz(func(t *testing.T, secret, id, stamp, signature string, body []byte) {
		h := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {stamp}, "Webhook-Signature": {signature}}
		err := webhook.Verify(secret, h, body, exampleAt)
		key, failed := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if usable := failed == nil && len(key) > 0 && strings.HasPrefix(secret, "whsec_"); !usable {
			if !errors.Is(err, webhook.ErrSecret) {
				t.Fatalf("the secret %q is taken: %v", secret, err)
			}
			return
		}
		seconds, failed := strconv.ParseInt(stamp, 10, 64)
		if failed != nil || id == "" {
			if err == nil {
				t.Fatalf("without id or time it is taken: %q %q", id, stamp)
			}
			return
		}
		right, failed := webhook.Sign(id, time.Unix(seconds, 0), body, secret)
		if failed != nil {
			t.Fatal(failed)
		}
		contains := false
		for one := range strings.SplitSeq(signature, " ") {
			contains = contains || one == right
		}
		near := max(seconds, -seconds) > 0 && time.Unix(seconds, 0).Sub(exampleAt).Abs() <= webhook.Tolerance
		if canonical := stamp == strconv.FormatInt(seconds, 10); err == nil && (!near || canonical && !contains) {
			t.Fatalf("%q of %q at %q is taken", signature, id, stamp)
		}
		if h.Set("Webhook-Signature", right); near && stamp == strconv.FormatInt(seconds, 10) && webhook.Verify(secret, h, body, exampleAt) != nil {
			t.Fatalf("its own signature is refused: %v", webhook.Verify(secret, h, body, exampleAt))
		}
	})
}
