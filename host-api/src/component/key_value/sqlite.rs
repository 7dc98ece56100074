//! A store in a file, with SQLite.
//!
//! What was set is on the disk when the guest is told so. A process that is killed leaves the file as it was before what it
//! was about: the next one that opens it takes back what is half done.
//!
//! Processes take turns by a lock on a file of its own. SQLite's locks are there too, for other programs; they alone would
//! be lost when anything in this process closes another handle of the same file.

mod bounds;

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use cap_std::fs::{Dir, File, OpenOptions, OpenOptionsExt as _};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, params};
use rustix::fs::{AtFlags, FileType, FlockOperation, OFlags, Stat, flock, fstat, lstat, stat, statat};

use super::backend::{Backend, Entry, Failure, Found, Page};
use super::limits::{MAX_VALUE, PAGE_BYTES, PAGE_KEYS};

/// The file, in the folder that a job names.
const FILE: &str = "keyvalue.sqlite";
/// The file by which turns are taken.
const LOCK: &str = "keyvalue.lock";
/// What marks a file of ours.
const APPLICATION: i64 = 0x6466_6c79;

/// Entries of all stores of a file. Places are never used again, so that a list goes on where it was whatever is removed
/// meanwhile.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS store (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, changes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE IF NOT EXISTS entry (
        place INTEGER PRIMARY KEY AUTOINCREMENT, store INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        version INTEGER NOT NULL, UNIQUE (store, key)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS entry_of_store ON entry (store);
";

/// A folder of the host: what was checked, and where it was.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) folder: Dir,
    pub(super) path: PathBuf,
}

/// One store of a file.
pub(super) struct Sqlite {
    connection: Connection,
    lock: File,
    store: i64,
    /// A change has begun.
    changing: bool,
}

impl Sqlite {
    /// Opens a store, which is made where there is none.
    ///
    /// # Errors
    /// The folder is not what it was, or holds something else of that name.
    pub(super) fn open(folder: &Folder, name: &str) -> Result<Sqlite, Failure> {
        // SQLite takes paths alone, and here none with links: what lies there is compared with what was checked.
        let path = folder.path.canonicalize().map_err(broken)?;
        let (there, checked) = (stat(&path).map_err(broken)?, fstat(&folder.folder).map_err(broken)?);
        if !same(&there, &checked) {
            return Err(broken("another folder is in its place now"));
        }
        let no_follow = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
        let mut options = OpenOptions::new();
        options.write(true).create(true).custom_flags(no_follow);
        let lock = folder.folder.open_with(LOCK, &options).map_err(broken)?;
        take_turn(&lock)?;
        let opened = connect(&path.join(FILE)).and_then(|connection| {
            let store = prepare(&connection, name)?;
            let (there, checked) =
                (lstat(path.join(FILE)), statat(&folder.folder, FILE, AtFlags::SYMLINK_NOFOLLOW));
            let (there, checked) = (there.map_err(broken)?, checked.map_err(broken)?);
            if !same(&there, &checked) || FileType::from_raw_mode(there.st_mode) != FileType::RegularFile {
                return Err(broken("another file is in its place now"));
            }
            Ok((connection, store))
        });
        end_turn(&lock);
        let (connection, store) = opened?;
        Ok(Sqlite { connection, lock, store, changing: false })
    }

    /// Looks at the file, in its turn.
    fn look<R>(&self, look: impl FnOnce(&Connection) -> rusqlite::Result<R>) -> Result<R, Failure> {
        if !self.changing {
            take_turn(&self.lock)?;
        }
        let seen = look(&self.connection);
        if !self.changing {
            end_turn(&self.lock);
        }
        seen.map_err(of_sqlite)
    }
}

/// A connection to a file that nothing in the file can make do more than keep entries.
pub(super) fn connect(path: &std::path::Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connect = || {
        let connection = Connection::open_with_flags(path, flags)?;
        bounds::bound(&connection);
        // Who waits does so without holding up the thread.
        connection.busy_timeout(Duration::ZERO)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // No shared memory, which who can write to the folder could take from under a process. A file that somebody else
        // made for that is changed here, and is alone with this process until then.
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "journal_mode", "truncate")?;
        connection.pragma_update(None, "locking_mode", "normal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        Ok(connection)
    };
    connect().map_err(of_sqlite)
}

/// Makes what is not there yet; gives the store of a name.
fn prepare(connection: &Connection, name: &str) -> Result<i64, Failure> {
    if !bounds::is_ours(connection).map_err(of_sqlite)? {
        return Err(broken(format!("{FILE} holds something else than stores of dayfly")));
    }
    // What is not committed is rolled back with the connection.
    let prepare = || {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.execute_batch(SCHEMA)?;
        connection.execute("INSERT OR IGNORE INTO store (name) VALUES (?1)", [name])?;
        let store = connection.query_row("SELECT id FROM store WHERE name = ?1", [name], |row| row.get(0))?;
        connection.execute_batch("COMMIT")?;
        Ok(store)
    };
    prepare().map_err(of_sqlite)
}

impl Backend for Sqlite {
    fn begin(&mut self) -> Result<(), Failure> {
        take_turn(&self.lock)?;
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            end_turn(&self.lock);
            return Err(of_sqlite(error));
        }
        self.changing = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.connection.execute_batch("COMMIT").map_err(of_sqlite)?;
        self.changing = false;
        end_turn(&self.lock);
        Ok(())
    }

    fn roll_back(&mut self) {
        // A fault of the disk may have rolled back already.
        let _ = self.connection.execute_batch("ROLLBACK");
        self.changing = false;
        end_turn(&self.lock);
    }

    fn get(&mut self, key: &str) -> Result<Option<Entry>, Failure> {
        const GET: &str = "SELECT version, CASE WHEN length(value) <= ?3 THEN value END FROM entry
            WHERE store = ?1 AND key = ?2";
        let entry = self.look(|connection| {
            let row =
                |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<Vec<u8>>>(1)?));
            connection.query_row(GET, params![self.store, key, MAX_VALUE as i64], row).optional()
        })?;
        match entry {
            Some((version, Some(value))) => Ok(Some(Entry { version: version.cast_unsigned(), value })),
            Some((_, None)) => Err(broken(format!("a value has more than {MAX_VALUE} bytes"))),
            None => Ok(None),
        }
    }

    fn find(&mut self, key: &str) -> Result<Option<Found>, Failure> {
        const FIND: &str = "SELECT version, length(value) FROM entry WHERE store = ?1 AND key = ?2";
        self.look(|connection| {
            let found = |row: &rusqlite::Row<'_>| {
                let bytes = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
                Ok(Found { version: row.get::<_, i64>(0)?.cast_unsigned(), bytes })
            };
            connection.query_row(FIND, params![self.store, key], found).optional()
        })
    }

    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), Failure> {
        const COUNT: &str = "UPDATE store SET changes = changes + 1 WHERE id = ?1 RETURNING changes";
        const PUT: &str = "INSERT INTO entry (store, key, value, version) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (store, key) DO UPDATE SET value = excluded.value, version = excluded.version";
        self.look(|connection| {
            let version: i64 = connection.query_row(COUNT, [self.store], |row| row.get(0))?;
            connection.execute(PUT, params![self.store, key, value, version]).map(drop)
        })
    }

    fn remove(&mut self, key: &str) -> Result<(), Failure> {
        const REMOVE: &str = "DELETE FROM entry WHERE store = ?1 AND key = ?2";
        self.look(|connection| connection.execute(REMOVE, params![self.store, key]).map(drop))
    }

    fn keys(&mut self, after: u64) -> Result<Page, Failure> {
        const KEYS: &str =
            "SELECT place, key FROM entry WHERE store = ?1 AND place > ?2 ORDER BY place LIMIT ?3";
        // No place is beyond what SQLite counts to.
        let Ok(after) = i64::try_from(after) else { return Ok(Page::default()) };
        self.look(|connection| {
            let mut statement = connection.prepare(KEYS)?;
            let mut rows = statement.query(params![self.store, after, PAGE_KEYS as i64 + 1])?;
            let (mut page, mut bytes, mut last) = (Page::default(), 0, after);
            while let Some(row) = rows.next()? {
                if page.keys.len() == PAGE_KEYS || bytes >= PAGE_BYTES {
                    page.next = Some(last.cast_unsigned());
                    break;
                }
                let key: String = row.get(1)?;
                (bytes, last) = (bytes + key.len(), row.get(0)?);
                page.keys.push(key);
            }
            Ok(page)
        })
    }
}

/// Whether two are the same file.
fn same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

/// Locks a file, unless another process, or another guest, has it locked.
fn take_turn(lock: &File) -> Result<(), Failure> {
    match flock(lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => Err(Failure::Busy),
        Err(error) => Err(broken(error)),
    }
}

fn end_turn(lock: &File) {
    // What is locked can be unlocked.
    let _ = flock(lock, FlockOperation::Unlock);
}

fn of_sqlite(error: rusqlite::Error) -> Failure {
    match error.sqlite_error().map(|error| error.code) {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::Busy,
        Some(ErrorCode::DiskFull) => broken("the disk of the host is full"),
        _ => broken(error),
    }
}

/// What is said of a store that can't be used. What that is due to is nothing that a guest is told.
fn broken(why: impl Display) -> Failure {
    Failure::Broken { told: "the store can't be used now".to_owned(), why: why.to_string() }
}
