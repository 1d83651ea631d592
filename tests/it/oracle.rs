//! Random sittings over the embedded vendors, with a judge ([`crate::oracle_judge`]) that knows what the vendors have and
//! what was typed: keys, commands, colleagues, faults, restarts, power cuts. After each step that has come to rest, what is
//! called complete is the truth, nothing that was typed or confirmed is lost, and what left is what was confirmed.
//!
//! `CASELOAD_SITTINGS` says how many, `CASELOAD_SEED` where to begin, `CASELOAD_TABLES` how many are played at a time. A sitting
//! that fails is played again with fewer steps until no step can be left out, and the shortest is printed; with
//! `CASELOAD_UNCUT` it is printed as it was played, with `CASELOAD_SCREEN` the screen and what was said stand
//! behind it. With `CASELOAD_TRACE` each step is printed as it was taken, with what was said last and what waits.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use caseload::demo::{Faults, Options, Vendor};
use fastrand::Rng;

use crate::desk::House;
use crate::oracle_sitting::Sitting;

/// Sittings of every run: as many as take some seconds.
const SITTINGS: u64 = 3;
/// Sittings at a time.
const TABLES: u64 = 3;
/// Steps of one, at most; and of one in ten when many are asked for.
const STEPS: usize = 60;
const LONG_STEPS: usize = 300;
/// Sittings that are played to find the shortest one that fails.
const REPLAYS: usize = 120;
/// Cases over all vendors at the start.
const CASES: u32 = 36;

/// A field that is changed from a menu or a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Status,
    Priority,
    Close,
    Reopen,
    Take,
    Assign,
    Unassign,
    Tags,
}

/// What a colleague does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Title,
    Description,
    Status,
    Priority,
    Assignee,
    Tag,
    Comment,
    Arrive,
    Remove,
}

/// What goes wrong at a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// The next reading is answered so.
    Reading(u16),
    /// The next change is answered so, and not carried out.
    Change(u16),
    /// The answer to the next change gets lost.
    LostAnswer,
    /// Rights are gone until they are back.
    Shut,
    /// As it was.
    Mended,
}

/// One step. Numbers choose among what is there when it is made, so that a step means something wherever it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Keys that change nothing, fast.
    Walk(Vec<&'static str>),
    Filter(u32),
    View(u8),
    Refresh,
    Admit,
    Do {
        row: u32,
        verb: Verb,
        choice: u32,
        yes: bool,
    },
    Comment {
        row: u32,
        text: u32,
        send: bool,
    },
    /// Text at the end of a title or of a description.
    Append {
        row: u32,
        title: bool,
        text: u32,
        send: bool,
    },
    Undo,
    Redo,
    Pin {
        row: u32,
    },
    Snooze {
        row: u32,
        choice: u32,
    },
    Bulk {
        rows: u32,
        choice: u32,
    },
    Colleague {
        vendor: u8,
        case: u32,
        deed: Deed,
        value: u32,
    },
    Trouble {
        vendor: u8,
        harm: Harm,
    },
    /// What waits for a person is tried again, or given up.
    Outbox {
        retry: bool,
    },
    Later {
        ms: i64,
    },
    Restart {
        offline: bool,
        cut: bool,
    },
    /// A sitting that acts before anything has been read.
    Hasty {
        row: u32,
        verb: Verb,
        choice: u32,
    },
    Macro {
        row: u32,
        which: u32,
    },
    Triage(Vec<u8>),
    /// A conflict of the outbox, one side throughout.
    Decide {
        theirs: bool,
    },
    Command {
        vendor: u8,
        case: u32,
        field: u8,
        value: u32,
    },
    List {
        filter: u32,
    },
    /// The person's editor over a whole case: it puts text behind the description.
    Editor {
        row: u32,
        text: u32,
        send: bool,
    },
    /// A command that changes a case, killed between saving, sending and reading back.
    Killed {
        vendor: u8,
        case: u32,
        field: u8,
        value: u32,
        at: u8,
    },
    /// The clock on the wall is set.
    Clock {
        by_s: i64,
    },
}

/// Steps that were made, over all sittings.
static PLAYED: AtomicUsize = AtomicUsize::new(0);

const WALKS: &[&str] = &[
    "j", "k", "G", "g g", "Ctrl-d", "Ctrl-u", "J", "K", "z p", "z m", "z l", "z a", "z M", "z R", "g z", "g n", "Enter", "Esc", "Tab", "]",
    "[", "?", "g s", "g o", "f s", "f a", "F", "S", "C", "z g", "g e", "Space", "* x",
];

const VERBS: &[Verb] = &[Verb::Status, Verb::Priority, Verb::Close, Verb::Reopen, Verb::Take, Verb::Assign, Verb::Unassign, Verb::Tags];

fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

fn draw(rng: &mut Rng) -> Step {
    let row = rng.u32(..);
    match rng.u8(..100) {
        0..8 => Step::Walk((0..rng.usize(1..9)).map(|_| pick(rng, WALKS)).collect()),
        8..14 => Step::Filter(rng.u32(..)),
        14..18 => Step::View(rng.u8(1..8)),
        18..26 => Step::Refresh,
        26..29 => Step::Admit,
        29..31 => Step::Macro { row, which: rng.u32(..) },
        31..34 => Step::Triage((0..rng.usize(1..7)).map(|_| rng.u8(..)).collect()),
        34..48 => Step::Do { row, verb: pick(rng, VERBS), choice: rng.u32(..), yes: rng.u8(..5) > 0 },
        48..50 => Step::Decide { theirs: rng.bool() },
        50..55 => Step::Comment { row, text: rng.u32(..), send: rng.bool() },
        55..60 => Step::Append { row, title: rng.bool(), text: rng.u32(..), send: rng.u8(..3) > 0 },
        60..63 => Step::Undo,
        63..64 => Step::Redo,
        64..66 => Step::Pin { row },
        66..68 => Step::Snooze { row, choice: rng.u32(..) },
        68..72 => Step::Bulk { rows: rng.u32(..), choice: rng.u32(..) },
        72..84 => {
            let deeds = [
                Deed::Title,
                Deed::Description,
                Deed::Status,
                Deed::Priority,
                Deed::Assignee,
                Deed::Tag,
                Deed::Comment,
                Deed::Arrive,
                Deed::Remove,
            ];
            Step::Colleague { vendor: rng.u8(..3), case: rng.u32(..), deed: pick(rng, &deeds), value: rng.u32(..) }
        }
        84..88 => {
            let harms = [
                Harm::Reading(403),
                Harm::Reading(404),
                Harm::Change(422),
                Harm::Change(403),
                Harm::LostAnswer,
                Harm::Shut,
                Harm::Mended,
                Harm::Mended,
            ];
            Step::Trouble { vendor: rng.u8(..3), harm: pick(rng, &harms) }
        }
        88..91 => Step::Outbox { retry: rng.bool() },
        91..93 => Step::Later { ms: pick(rng, &[1_500, 70_000, 400_000, 28_800_000, -28_800_000]) },
        93..96 => Step::Restart { offline: rng.u8(..4) == 0, cut: rng.u8(..4) == 0 },
        96..97 => Step::Hasty { row, verb: pick(rng, VERBS), choice: rng.u32(..) },
        97..99 => Step::Command { vendor: rng.u8(..3), case: rng.u32(..), field: rng.u8(..5), value: rng.u32(..) },
        _ => Step::List { filter: rng.u32(..) },
    }
}

/// Now and then a rarer step between two others; by dice of their own, so that a seed keeps its other steps.
fn draw_between(rng: &mut Rng) -> Option<Step> {
    Some(match rng.u8(..100) {
        0..3 => Step::Editor { row: rng.u32(..), text: rng.u32(..), send: rng.u8(..4) > 0 },
        3..5 => Step::Killed { vendor: rng.u8(..3), case: rng.u32(..), field: rng.u8(..5), value: rng.u32(..), at: rng.u8(1..12) },
        5..7 => Step::Clock { by_s: pick(rng, &[-28_800, -60, 60, 28_800, 172_800]) },
        _ => return None,
    })
}

/// Plays the steps; the error is what the judge says.
fn play(seed: u64, steps: &[Step]) -> Result<(), String> {
    let playing = || {
        let options = Options { cases: CASES, seed, pace: 0.0, quota: false, faults: Faults::Calm, latency_ms: 0 };
        let mut house = House::of(&options);
        house.editor = Some(crate::oracle_acts::EDITOR.to_owned());
        house.patience = Duration::from_mins(5);
        let mut sitting = Sitting::new(&house);
        for (at, step) in steps.iter().enumerate() {
            PLAYED.fetch_add(1, Ordering::Relaxed);
            sitting.step(step).map_err(|why| {
                format!(
                    "after step {}, {step:?}: {why}{}",
                    at + 1,
                    if std::env::var("CASELOAD_SCREEN").is_ok() {
                        format!("\n{}\nsaid was {:?}", sitting.shown(), sitting.said())
                    } else {
                        String::new()
                    }
                )
            })?;
            if std::env::var("CASELOAD_TRACE").is_ok() {
                eprintln!("{} {step:?}\n    {}", at + 1, sitting.traced());
            }
        }
        sitting.end().map_err(|why| format!("at the end: {why}"))
    };
    catch_unwind(AssertUnwindSafe(playing)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(text.unwrap_or_else(|| "a panic without words".into()))
    })
}

/// Leaves out runs of steps, ever shorter ones, as long as what is left still fails.
fn shortest(seed: u64, mut steps: Vec<Step>, mut why: String) -> (Vec<Step>, String) {
    let mut run = steps.len().div_ceil(2);
    let mut replays = 0;
    while run > 0 {
        let mut from = 0;
        while from < steps.len() && replays < REPLAYS {
            replays += 1;
            let to = (from + run).min(steps.len());
            let fewer: Vec<Step> = steps[..from].iter().chain(&steps[to..]).cloned().collect();
            match play(seed, &fewer) {
                Err(still) => (steps, why) = (fewer, still),
                Ok(()) => from = to,
            }
        }
        run = if run == 1 { 0 } else { run.div_ceil(2) };
    }
    (steps, why)
}

fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn random_sittings_lose_nothing_and_say_nothing_untrue() {
    let first = number("CASELOAD_SEED").unwrap_or(1);
    let last = first + number("CASELOAD_SITTINGS").unwrap_or(SITTINGS);
    let uncut = std::env::var("CASELOAD_UNCUT").is_ok();
    let is_long = number("CASELOAD_SITTINGS").is_some();
    let next = AtomicU64::new(first);
    let failed = Mutex::new(String::new());
    // Sittings wait a lot, for disks and servers.
    thread::scope(|scope| {
        for _ in 0..number("CASELOAD_TABLES").unwrap_or(TABLES) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        break;
                    }
                    let outcome = sit(seed, is_long, uncut);
                    if is_long {
                        eprintln!("sitting {seed}: {}", outcome.as_ref().err().map_or("good".into(), |told| format!("NOT GOOD\n{told}")));
                    }
                    failed.lock().unwrap().extend(outcome.err());
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    if is_long {
        eprintln!("{} sittings, {} steps", last - first, PLAYED.load(Ordering::Relaxed));
    }
    assert!(failed.is_empty(), "\n{failed}");
}

/// Plays one sitting; the error is its shortest form and what is wrong.
fn sit(seed: u64, is_long: bool, uncut: bool) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let most = if is_long && seed.is_multiple_of(10) { LONG_STEPS } else { STEPS };
    let mut between = Rng::with_seed(!seed);
    let steps: Vec<Step> = (0..rng.usize(10..=most)).flat_map(|_| draw_between(&mut between).into_iter().chain([draw(&mut rng)])).collect();
    let Err(why) = play(seed, &steps) else { return Ok(()) };
    // What came of it when it was played again: a sitting that fails now and then keeps its first words.
    let (steps, why) = if uncut { (steps, why) } else { shortest(seed, steps, why) };
    let mut told = format!("sitting {seed}:\n");
    for step in steps {
        writeln!(told, "    {step:?}").unwrap();
    }
    writeln!(told, "{why}\n").unwrap();
    Err(told)
}

/// For names in messages.
pub fn vendor(number: u8) -> Vendor {
    Vendor::ALL[usize::from(number) % 3]
}
