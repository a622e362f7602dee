package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Headers of Standard Webhooks (https://www.standardwebhooks.com).
const (
	HeaderID        = "Webhook-Id"        // same for every request of a delivery
	HeaderTimestamp = "Webhook-Timestamp" // seconds since 1970 when the request was made
	HeaderSignature = "Webhook-Signature" // "v1,…" per live secret, with blanks between them
)

// SecretPrefix begins every secret; base64 of the key follows.
const SecretPrefix = "whsec_"

// Tolerance is how far a timestamp may lie from the receiver's clock, in either
// direction.
const Tolerance = 5 * time.Minute

// Why a request is not taken for one of ours.
var (
	ErrSecret    = errors.New("webhook: the secret is not whsec_ and base64")
	ErrHeaders   = errors.New("webhook: webhook-id, webhook-timestamp or webhook-signature is missing or can't be read")
	ErrTimestamp = errors.New("webhook: the timestamp is too old or too new")
	ErrSignature = errors.New("webhook: no signature fits")
)

// Secret is the secret of an endpoint's generation. Nothing secret is stored per
// endpoint: it is derived from the workspace's secret, by HMAC-SHA-256 over the
// endpoint and the generation, whenever something has to be signed. Whoever has
// one secret learns nothing about others.
func Secret(workspace []byte, endpoint string, generation int64) string {
	h := hmac.New(sha256.New, workspace)
	fmt.Fprintf(h, "webhook secret\n%s\n%d", endpoint, generation)
	return SecretPrefix + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Sign returns the signature header of a message under each of the secrets.
func Sign(id string, at time.Time, body []byte, secrets ...string) (string, error) {
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		key, err := keyOf(s)
		if err != nil {
			return "", err
		}
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(sum(key, id, strconv.FormatInt(at.Unix(), 10), body))
	}
	return strings.Join(signatures, " "), nil
}

// Verify tells whether a request was made by who has the secret, within
// Tolerance of now: nil, or one of the errors above. body is the request's body
// as it came, to the byte.
func Verify(secret string, header http.Header, body []byte, now time.Time) error {
	key, err := keyOf(secret)
	if err != nil {
		return err
	}
	id, stamp, signatures := header.Get(HeaderID), header.Get(HeaderTimestamp), header.Get(HeaderSignature)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || signatures == "" {
		return ErrHeaders
	}
	if late := now.Unix() - seconds; late > int64(Tolerance/time.Second) || -late > int64(Tolerance/time.Second) {
		return ErrTimestamp
	}
	want, found := sum(key, id, stamp, body), false
	for one := range strings.SplitSeq(signatures, " ") {
		text, isV1 := strings.CutPrefix(one, "v1,")
		got, err := base64.StdEncoding.DecodeString(text)
		if isV1 && err == nil && hmac.Equal(got, want) { // in constant time
			found = true
		}
	}
	if !found {
		return ErrSignature
	}
	return nil
}

func keyOf(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, SecretPrefix)
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(key) == 0 {
		return nil, ErrSecret
	}
	return key, nil
}

// sum is what a signature is made of.
func sum(key []byte, id, stamp string, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + stamp + "."))
	h.Write(body)
	return h.Sum(nil)
}
