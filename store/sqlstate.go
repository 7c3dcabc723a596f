package store

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// Codes of PostgreSQL errors
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const (
	stateForeignKeyViolation = "23503"
	stateUniqueViolation     = "23505"
	stateSerialization       = "40001"
	stateDeadlock            = "40P01"
	stateDuplicateObject     = "42710"
	stateDuplicateSchema     = "42P06"
	stateQueryCanceled       = "57014"
	stateInternalError       = "XX000"
)

// hasState reports whether PostgreSQL answered with one of the codes.
func hasState(err error, codes ...string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && slices.Contains(codes, pg.Code)
}

func isForeignKeyViolation(err error) bool { return hasState(err, stateForeignKeyViolation) }

func isUniqueViolation(err error) bool { return hasState(err, stateUniqueViolation) }

// isConcurrency reports whether PostgreSQL ended a transaction for the sake of
// another one; repeated, it may succeed.
func isConcurrency(err error) bool { return hasState(err, stateSerialization, stateDeadlock) }

// isTimeout reports whether a statement took longer than it may.
func isTimeout(err error) bool { return hasState(err, stateQueryCanceled) }

// isCatalogRace reports whether a change of the catalog met another server's:
// "tuple concurrently updated", which has no code of its own, or two creations
// at once.
func isCatalogRace(err error) bool {
	return hasState(err, stateInternalError, stateUniqueViolation, stateDuplicateObject, stateDuplicateSchema)
}
