package trace

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"
)

// NodeID is the global id of a GraphQL node: base64url("v1:type:scope:key").
//
// Scope is the encoded project (or the organization for what belongs to one,
// empty for users), so that a permission can be decided before anything is
// read. Key comes last and may itself hold colons.
type NodeID struct {
	Type  string
	Scope string
	Key   string
}

// Node types that appear in a NodeID.
const (
	NodeOrganization = "organization"
	NodeProject      = "project"
	NodeUser         = "user"
	NodeAPIKey       = "apikey"
	NodeTrace        = "trace"
	NodeObservation  = "observation"
	NodeSession      = "session"
	NodeScore        = "score"
	NodeJob          = "job"
	NodeMember       = "member"
	NodeInvitation   = "invitation"
)

// ErrBadNodeID says that a text is not a node id of this server.
var ErrBadNodeID = errors.New("not a node id: pass an id that the API returned")

// String encodes the id as GraphQL shows it.
func (n NodeID) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte("v1:" + n.Type + ":" + n.Scope + ":" + n.Key))
}

// maxNodeID is the longest id that is read, in bytes. A key has at most
// MaxNameBytes, of which Base64 makes a third more.
const maxNodeID = 4096

// ParseNodeID is the inverse of NodeID.String. Padding is tolerated. The parts
// are valid UTF-8 without NUL; they are not looked up.
func ParseNodeID(text string) (NodeID, error) {
	if len(text) > maxNodeID || strings.ContainsAny(text, "\r\n") { // the decoder would skip line breaks
		return NodeID{}, ErrBadNodeID
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	if err != nil || !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		return NodeID{}, ErrBadNodeID
	}
	parts := strings.SplitN(string(raw), ":", 4)
	if len(parts) != 4 || parts[0] != "v1" || parts[1] == "" {
		return NodeID{}, ErrBadNodeID
	}
	return NodeID{Type: parts[1], Scope: parts[2], Key: parts[3]}, nil
}

// String writes the id as 16 lower-case hex digits, the form used in node ids,
// notifications and on the command line.
func (p ProjectID) String() string { return scopeText(int64(p)) }

// String is ProjectID.String for organizations.
func (o OrganizationID) String() string { return scopeText(int64(o)) }

// ParseProjectID reads the form that ProjectID.String writes.
func ParseProjectID(text string) (ProjectID, bool) {
	n, ok := parseScope(text)
	return ProjectID(n), ok
}

// ParseOrganizationID reads the form that OrganizationID.String writes.
func ParseOrganizationID(text string) (OrganizationID, bool) {
	n, ok := parseScope(text)
	return OrganizationID(n), ok
}

const hexDigits = "0123456789abcdef"

func scopeText(n int64) string {
	var b [16]byte
	for i := range b {
		b[i] = hexDigits[(uint64(n)>>(60-4*i))&0xf]
	}
	return string(b[:])
}

func parseScope(text string) (int64, bool) {
	if len(text) != 16 {
		return 0, false
	}
	var n uint64
	for i := range len(text) {
		d := strings.IndexByte(hexDigits, text[i])
		if d < 0 {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return int64(n), n > 0 && n < 1<<63
}

// NodeID returns the global id of the project.
func (p ProjectID) NodeID() string {
	return NodeID{Type: NodeProject, Scope: p.String(), Key: p.String()}.String()
}

// NodeID returns the global id of the organization.
func (o OrganizationID) NodeID() string {
	return NodeID{Type: NodeOrganization, Scope: o.String(), Key: o.String()}.String()
}
