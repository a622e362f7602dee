package ordo

import (
	_ "github.com/alecthomas/kong"
	_ "github.com/alexedwards/argon2id"
	_ "github.com/danielgtaylor/huma/v2"
	_ "github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/pressly/goose/v3"
	_ "github.com/ulikunitz/xz"
	_ "modernc.org/sqlite"
	_ "pgregory.net/rapid"
)
