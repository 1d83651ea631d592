//! caseload: one keyboard-driven inbox in the terminal for the cases of Datadog, Tines and ServerOps.gg.
//!
//! This page is the map of the code. `tests/tidy.rs` holds the code to it.
//!
//! # Layers
//!
//! A module names modules of lower layers only, never a sibling, never one above. Where siblings must meet, the layer
//! above translates in a dozen lines. Inside a module no file leads back to itself, by what it imports or calls.
//!
//! | layer | modules | what they are |
//! |---|---|---|
//! | 6 | `main` | arguments → verb → exit code |
//! | 5 | [`runtime`] · [`cli`] | the screen's loop · the command line, a file per verb |
//! | 4 | [`tui`] | the screen: model, screens, keys, and the shell that routes between them |
//! | 3 | [`sync`] · [`export`] | the worker that talks to vendors and disk · a list as a file |
//! | 2 | [`protocol`] · [`sla`] | what screen and worker say to each other: plain data · clocks by rules of one's own |
//! | 1 | [`config`] · [`providers`] · [`store`] · [`index`] · [`query`] · [`demo`] | settings · vendor APIs · SQLite · the rows in memory · filter text · the embedded vendors |
//! | 0 | [`domain`] | cases, edits, faults, clean text |
//!
//! [`tui`] never names [`sync`], so the screen cannot reach HTTP or SQL even by accident. [`store`] and
//! [`providers`] are siblings, so SQL never learns a vendor's shape: disk keeps each vendor's JSON, and `providers`
//! reads it back. [`demo`] names nothing of ours: it is a second, independent reading of the vendors' documents and
//! can prove `providers` wrong; without the cargo feature of that name a stub says that it is not there. [`index`] may
//! name [`query`]: filter text is its input.
//!
//! # Inside the screen
//!
//! [`tui::app::App`] is the whole state: `model` (the facts), `panes` (list and case), `cx` (time, keys, notices, the
//! stack of screens, and what is asked of the world). [`tui::shell`] takes one message, lets it act, and says what
//! follows; nothing names the shell but the loop above it. Each screen over the panes is a folder of [`tui::screens`]:
//! what it holds, its keys, its view, and in `screen.rs` its one interface. A new screen is that folder, one line in
//! `tui/screens.rs`, and its keys in the table of `tui/keys`.
//!
//! What a key may touch stands in its function's arguments: `model`, `panes`, `cx`, each `&` or `&mut`. Screens' acts
//! are functions of these and not methods of the screen, because most of them end in closing it or opening another one.
//!
//! # Libraries
//!
//! Heavy libraries have homes: reqwest in `providers`, rusqlite in `store`, toml in `config`, axum in `demo`, clap in
//! `cli`, memchr in `index`, csv in `cli` and `export`, crossterm, signal-hook and color-eyre in `runtime`. ratatui
//! paints in the views, `widgets` and `theme` of `tui` and is opened by `runtime`; `tui-textarea` keeps the text under
//! edit, so states hold its `TextArea` and nothing else of ratatui. tokio drives what waits for the network: `sync`, the
//! timers of `providers::http`, and the servers of `demo`. The screen's loop needs no async runtime: threads push into
//! one bounded channel and it blocks on that, so idle costs nothing and a key never waits behind a future. Nor does it
//! wait behind reports: it overtakes them.
//!
//! # Invariants
//!
//! 1. `tui` never waits, reads no clock, does no I/O: equal state and message give equal state and effects.
//! 2. The screen never awaits the worker (`try_send`; a full queue closes the ticket with a fault). The worker may wait
//!    for the screen. The other way round, bounded channels deadlock.
//! 3. Every order is closed by exactly one `Report::Done`; a closed channel closes all tickets with a fault.
//! 4. One thread owns SQLite. No mutex between screen and worker.
//! 5. A watermark moves only in the transaction that stored its page. An edit is called saved only after its outbox row
//!    is committed and synced.
//! 6. Remote text is [`domain::text::Clean`] before it leaves `providers`; nothing else enters `domain`.
//! 7. Painting decides nothing; it reports `Areas`. Paint on change, once per drained batch; idle writes nothing.
//! 8. Unknown vendor values are kept and shown as they came. A malformed row is a counted warning, not a lost page.
//! 9. Every queue, page walk, retry, log and notice list has a named bound.
//! 10. Selection is by case identity, never by row number. Rows do not move under the cursor.
//! 11. A write happens only through the outbox and is read back.
//! 12. Secrets never reach Debug, logs, the store, argv, a URL or another host.
//! 13. Deliberately absent: globals, thread-locals, trait objects between layers, closures inside messages, sleeps in
//!     tests. Jobs on the disk thread are closures: they never leave `sync`, and a request that is written once is
//!     forgotten in no list.
//!
//! # Glossary
//!
//! `Case`: all that is known of one case. `Row`: what the list shows of it. `Rid`: its number in the data directory.
//! `Source`: a configured vendor account. `Order`, `Report`, `Ticket`: the protocol between screen and worker. `Edit`,
//! `Change`, `Call`: a wish, its parts, and the literal requests that fulfil it. `Fault`: a failure with its next step.
//! `Coverage`: how much of a source's truth the rows are. `Wall`: the clock that may be set; ages go by it, waits never do.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise"))]

pub mod cli;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
#[cfg(not(feature = "demo"))]
#[path = "demo/absent.rs"]
pub mod demo;
pub mod domain;
pub mod export;
pub mod index;
pub mod protocol;
pub mod providers;
pub mod query;
pub mod runtime;
pub mod sla;
pub mod store;
pub mod sync;
pub mod tui;
