package dbtest

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"ordo/base/id"
	"ordo/engine/db"
)

// Making the tables takes a third of a second, emptying them a few thousandths.
// So tests, of all packages, pass their PostgreSQL schemas on. Next to them
// stands one that nobody uses, their origin: how it is made and what is in it is
// how the others have to be. A schema belongs to the process whose connection
// holds the lock of its name; one that dies thereby leaves it to others. It is
// emptied before a test, not after, so it does not matter how the last one ended.

// origin names the origin; the others' names begin with it.
var origin = "ordo_test_" + db.Fingerprint()

const (
	spares = `SELECT CAST(nspname AS TEXT) FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY oid`

	made  = `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`
	lock  = `SELECT pg_advisory_lock(hashtextextended($1, 0)) IS NULL`
	try   = `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`
	quiet = `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1)` // sessions of the last test may be about to end
)

// restore brings a spare schema back to what its origin is. It fails if the
// tables themselves were changed, or if they hold so much, though it be deleted,
// that tests would become slower.
const restore = `DO $$
DECLARE name TEXT;
BEGIN
	IF EXISTS (
		SELECT FROM (SELECT relname, relkind, relnatts, relchecks FROM pg_class WHERE relnamespace = 'SPARE'::regnamespace) s
		FULL JOIN (SELECT relname, relkind, relnatts, relchecks FROM pg_class WHERE relnamespace = 'ORIGIN'::regnamespace) o USING (relname, relkind, relnatts, relchecks)
		WHERE s IS NULL OR o IS NULL
	) THEN
		RAISE 'SPARE has other tables than ORIGIN';
	END IF;
	IF (SELECT SUM(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'SPARE'::regnamespace) > 16e6 THEN
		RAISE 'SPARE has grown';
	END IF;
	SET LOCAL session_replication_role = replica; -- no foreign keys: all rows go
	FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'SPARE'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0 LOOP
		EXECUTE 'DELETE FROM SPARE.' || name;
	END LOOP;
	FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'ORIGIN'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0 LOOP
		EXECUTE 'INSERT INTO SPARE.' || name || ' SELECT * FROM ORIGIN.' || name;
	END LOOP;
END $$`

// schema is a PostgreSQL schema and the connection that holds its lock.
type schema struct {
	conn *pgx.Conn
	url  string
	name string
}

// idle are the schemas of this process that no test uses.
var idle = make(chan *schema, 256)

// Postgres returns a URL that leads into a PostgreSQL schema with the current
// tables, which is the test's alone until it ends.
func Postgres(t *testing.T) string {
	t.Helper()
	s, err := take(t)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			s.throwAway()
		} else {
			idle <- s
		}
	})
	return s.into(s.name)
}

// PostgresEmpty returns a URL that leads into a new PostgreSQL schema without
// tables, which goes away with the test.
func PostgresEmpty(t *testing.T) string {
	t.Helper()
	s := connect(t)
	t.Cleanup(s.throwAway)
	s.name = "empty_" + token()
	if err := s.exec("CREATE SCHEMA " + s.name); err != nil {
		t.Fatal(err)
	}
	return s.into(s.name)
}

func token() string { return strings.ToLower(id.Random.Token()) }

func connect(t *testing.T) *schema {
	t.Helper()
	url := os.Getenv("ORDO_TEST_POSTGRES")
	if url == "" {
		t.Fatal("set ORDO_TEST_POSTGRES to the URL of a server for tests")
	}
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	return &schema{conn: c, url: url}
}

// take returns an empty schema: one of this process, one that another process
// has left, or a new one.
func take(t *testing.T) (*schema, error) {
	t.Helper()
	for range len(idle) {
		select {
		case s := <-idle:
			if s.empty() {
				return s, nil
			}
		default: // another test was faster
		}
	}
	s := connect(t)
	if err := s.ensureOrigin(); err != nil {
		return s, err
	}
	if found, err := s.adopt(); found || err != nil {
		return s, err
	}
	s.name = origin + "_" + token()
	if _, err := s.ask(lock, s.name); err != nil {
		return s, err
	}
	return s, s.migrate(s.name)
}

// empty makes an idle schema ready for a test. It does not where a session of
// the last test has not ended yet, then the schema stays idle, nor where the
// schema can't be emptied, then it is thrown away.
func (s *schema) empty() bool {
	alone, err := s.ask(quiet, s.name)
	if err == nil && !alone {
		idle <- s
		return false
	}
	if err := s.restore(); err != nil {
		s.throwAway()
		return false
	}
	return true
}

func (s *schema) restore() error {
	return s.exec(strings.NewReplacer("SPARE", s.name, "ORIGIN", origin).Replace(restore))
}

// adopt takes a schema that no process holds, and empties it. Those that can't
// be emptied are dropped.
func (s *schema) adopt() (found bool, err error) {
	rows, err := s.conn.Query(context.Background(), spares, origin+"_")
	if err != nil {
		return false, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, s.name = range names {
		if mine, _ := s.ask(try, s.name); !mine {
			continue
		}
		if alone, _ := s.ask(quiet, s.name); !alone {
			continue
		}
		if s.restore() == nil {
			return true, nil
		}
		s.drop()
	}
	return false, err
}

// ensureOrigin makes the origin if this is the first test of all.
func (s *schema) ensureOrigin() error {
	if there, err := s.ask(made, origin); there || err != nil {
		return err
	}
	if _, err := s.ask(lock, origin); err != nil {
		return err
	}
	there, err := s.ask(made, origin)
	if !there && err == nil {
		err = s.migrate(origin)
	}
	return errors.Join(err, s.exec("SELECT pg_advisory_unlock_all()"))
}

// migrate makes a schema with the current tables. It has its name only once it
// is whole.
func (s *schema) migrate(name string) error {
	unfinished := "unfinished_" + token()
	if err := s.exec("CREATE SCHEMA " + unfinished); err != nil {
		return err
	}
	d, err := db.Open(context.Background(), s.into(unfinished), db.Options{})
	if err != nil {
		return err
	}
	d.Close()
	return s.exec("ALTER SCHEMA " + unfinished + " RENAME TO " + name)
}

// into returns the URL that leads into a schema. Its sessions have its name.
func (s *schema) into(name string) string {
	separator := "?"
	if strings.Contains(s.url, "?") {
		separator = "&"
	}
	return s.url + separator + "search_path=" + name + "&application_name=" + name
}

func (s *schema) exec(text string) error {
	_, err := s.conn.Exec(context.Background(), text)
	return err
}

func (s *schema) ask(question, name string) (yes bool, err error) {
	err = s.conn.QueryRow(context.Background(), question, name).Scan(&yes)
	return yes, err
}

func (s *schema) drop() { s.exec("DROP SCHEMA " + s.name + " CASCADE") }

func (s *schema) throwAway() {
	s.drop()
	s.conn.Close(context.Background())
}
