// Package file owns how files come: in parts of one size, in base64, one after the
// other; a part that is there may come again, so that who lost the connection goes
// on where the file is. It does not own what files are, nor where parts are kept.
package file

import (
	"encoding/base64"
	"strings"

	"ordo/base/problem"
)

// PartSize is how many bytes of a file come at once: a request has a limit.
const PartSize = 512 << 10

// ErrTooLarge refuses a file, or what of it has no room.
var ErrTooLarge = problem.Declare("file_too_large", problem.TooLarge,
	"The file holds more than is taken.", "Split it, or make it smaller.")

// Coming is how much of a file is there.
type Coming struct {
	Size, Received int64 // bytes
	Parts          int64
}

// Decode returns the bytes of a part.
func Decode(content string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(content)
	if err != nil || len(data) == 0 || strings.ContainsAny(content, "\r\n") {
		return nil, problem.ErrInvalidValue.At("/content", "it is not base64")
	}
	return data, nil
}

// Next refuses a part with n bytes that is not there yet if it can't be the next
// one.
func (c Coming) Next(part int64, n int) error {
	switch left := c.Size - c.Received; {
	case part > c.Parts+1:
		return problem.ErrInvalidValue.At("/part", "the next part is %d", c.Parts+1)
	case n > PartSize || int64(n) > left:
		return ErrTooLarge.At("/content", "%d bytes are more than a part has, or than are left of the file: %d", n, left)
	}
	return nil
}

// Again refuses a part that came before with another content; there is none to
// compare with where the file is not kept any more.
func Again(part int64, before, content string) error {
	if before == "" || before == content {
		return nil
	}
	return problem.ErrInvalidValue.At("/content", "part %d came with another content before", part)
}
