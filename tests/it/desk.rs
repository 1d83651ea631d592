//! A person's sitting, told in their words: the true loop, worker, disk and HTTP, on a pane of glass.
//!
//! Settled means: no open ticket and no waiting report. A warning or error that no test acknowledged fails the test.

use std::cell::Cell;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::{Duration, Instant};
use std::{fs, io};

use assert_cmd::Command;
use caseload::config;
use caseload::demo::{
    Demo, Options, Received, Vendor, {self},
};
use caseload::domain::fault::Fault;
use caseload::domain::wall::Wall;
use caseload::protocol::Coverage;
use caseload::runtime::{Ended, EventLoop, Keys, Plan, Signal, Source, Surface, Wake, Worker, channel};
use caseload::tui::app::App;
use caseload::tui::cx;
use caseload::tui::io::message::{Chord, Message};
use caseload::tui::model::alarm::Alarm;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

/// Nothing that a test waits for takes longer, unless it is broken.
pub const DEADLINE: Duration = Duration::from_mins(5);

/// A terminal without a person behind it: it remembers what left through it.
pub struct Glass {
    terminal: Terminal<TestBackend>,
    pub copied: Vec<String>,
    pub browsed: Vec<String>,
    pub suspended: usize,
    /// Programs that got the terminal, and those that gave it back.
    lent: (usize, usize),
    /// Whoever sits here has an editor.
    has_editor: bool,
}

impl Surface for Glass {
    type Backend = TestBackend;

    fn terminal(&mut self) -> &mut Terminal<TestBackend> {
        &mut self.terminal
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
    }

    fn copy(&mut self, text: &str) -> Result<&'static str, Fault> {
        self.copied.push(text.to_owned());
        Ok("on glass")
    }

    fn browse(&mut self, url: &str, _wakes: &SyncSender<Wake>) {
        self.browsed.push(url.to_owned());
    }

    fn bell(&mut self) {}

    fn ring(&mut self, _bell: bool, _desktop: config::Desktop, _alarms: &[Alarm]) {}

    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        self.suspended += 1;
        let area = self.terminal.backend().buffer().area;
        Ok((area.width, area.height))
    }

    fn lend(&mut self, words: &str) -> io::Result<()> {
        // An editor comes without a word; it draws nothing here.
        if !self.has_editor || !words.is_empty() {
            return Err(io::Error::other("nobody else can draw on glass"));
        }
        self.lent.0 += 1;
        Ok(())
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        self.lent.1 += 1;
        let area = self.terminal.backend().buffer().area;
        Ok((area.width, area.height))
    }
}

/// The vendors, a directory, and how the desk is set up.
pub struct House {
    pub demo: Demo,
    /// The clock of those who sit here.
    pub wall: Wall,
    place: TempDir,
    /// How often the power went: each time the directory of what was on disk then is gone on with.
    cuts: Cell<u32>,
    send_delay_s: u64,
    /// What stands in the configuration besides the sources.
    besides: &'static str,
    /// An editor of those who sit here: a shell script that gets the file as `$1`.
    pub editor: Option<String>,
    /// Nothing that is waited for takes longer, unless it is broken.
    pub patience: Duration,
}

impl House {
    /// A world that stands still.
    pub fn new(cases: u32) -> Self {
        Self::of(&Options { cases, pace: 0.0, quota: false, ..Options::default() })
    }

    pub fn of(options: &Options) -> Self {
        Self {
            demo: demo::start(options).unwrap(),
            wall: Wall::default(),
            place: tempfile::tempdir().unwrap(),
            cuts: Cell::new(0),
            send_delay_s: 5,
            besides: "",
            editor: None,
            patience: DEADLINE,
        }
    }

    pub fn configured(cases: u32, besides: &'static str) -> Self {
        Self { besides, ..Self::new(cases) }
    }

    /// Edits leave at once.
    pub fn hasty(cases: u32) -> Self {
        Self { send_delay_s: 0, ..Self::new(cases) }
    }

    pub fn data(&self) -> PathBuf {
        match self.cuts.get() {
            0 => self.place.path().join("data"),
            cuts => self.place.path().join(format!("data-{cuts}")),
        }
    }

    /// A file in the directory of the house.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// The program as a command beside the desk, on the same directory.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    /// The same with more in its environment.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::cargo_bin("caseload").unwrap();
        command.args(arguments).env("HOME", self.place.path()).env("CASELOAD_DATA_DIR", self.data());
        command.env("CASELOAD_CONFIG", self.write_config());
        for name in ["CASELOAD_LOG", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied());
        command.output().unwrap()
    }

    /// What is on disk at this moment is all that the next sitting finds, whatever this one still writes.
    pub fn cut_power(&self) {
        let from = self.data();
        self.cuts.set(self.cuts.get() + 1);
        copy_folder(&from, &self.data());
    }

    fn write_config(&self) -> PathBuf {
        let path = self.place.path().join("desk.toml");
        if !path.exists() {
            fs::write(&path, self.config_text()).unwrap();
        }
        path
    }

    pub fn config(&self) -> config::Config {
        config::parse(&self.config_text(), Path::new("desk.toml")).unwrap()
    }

    /// The configuration of these vendors, secrets in files as a person would keep them; each call writes those of now.
    fn config_text(&self) -> String {
        let mut text = format!("[edit]\nsend_delay_s = {}\n[poll]\nfocused_s = 3600\nidle_s = 3600\n", self.send_delay_s);
        for endpoint in self.demo.endpoints() {
            let name = endpoint.vendor.name();
            writeln!(text, "[[source]]\nname = '{name}'\nvendor = '{name}'\nbase_url = '{}'\nread_only = false", endpoint.base_url)
                .unwrap();
            let secret = |env: &str| {
                let value = &endpoint.secrets.iter().find(|(known, _)| *known == env).unwrap().1;
                format!("{{ file = \"{}\" }}", secret_file(self.place.path(), env, value).display())
            };
            match endpoint.vendor {
                Vendor::Datadog => writeln!(text, "api_key = {}\napp_key = {}", secret("DEMO_DD_API_KEY"), secret("DEMO_DD_APP_KEY")),
                Vendor::Tines => writeln!(text, "token = {}\nme = '{}'", secret("DEMO_TINES_TOKEN"), endpoint.me),
                Vendor::ServerOps => writeln!(text, "token = {}", secret("DEMO_SO_TOKEN")),
            }
            .unwrap();
        }
        text.push_str(self.besides);
        text
    }

    pub fn sit(&self) -> Desk<'_> {
        Desk::sit(self, self.config(), (120, 36), false, None)
    }

    /// With what was configured before, whatever has become of its files.
    pub fn sit_with(&self, config: config::Config) -> Desk<'_> {
        Desk::sit(self, config, (120, 36), false, None)
    }

    pub fn sit_offline(&self) -> Desk<'_> {
        Desk::sit(self, self.config(), (120, 36), true, None)
    }

    /// A sitting that begins in the view of the last one.
    pub fn sit_in(&self, view: &str, offline: bool) -> Desk<'_> {
        Desk::sit(self, self.config(), (120, 36), offline, Some(view))
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        // Shared memory does not outlive its processes.
        if path.extension().is_some_and(|ending| ending == "db-shm") {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &name);
        } else if let Err(error) = fs::copy(&path, &name) {
            // Written beside its place and renamed meanwhile.
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{}: {error}", path.display());
        }
    }
}

fn secret_file(place: &Path, name: &str, value: &str) -> PathBuf {
    let path = place.join(name);
    fs::write(&path, value).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

pub struct Desk<'a> {
    house: &'a House,
    sitting: Option<EventLoop<Glass>>,
    keys: Keys,
    wakes: SyncSender<Wake>,
}

impl<'a> Desk<'a> {
    fn sit(house: &'a House, config: config::Config, size: (u16, u16), offline: bool, view: Option<&str>) -> Self {
        let glass = Glass {
            terminal: Terminal::new(TestBackend::new(size.0, size.1)).unwrap(),
            copied: Vec::new(),
            browsed: Vec::new(),
            suspended: 0,
            lent: (0, 0),
            has_editor: house.editor.is_some(),
        };
        let setup = cx::Setup {
            size,
            now: house.wall.now(),
            zone: TimeZone::UTC,
            demo: false,
            offline,
            first_run: None,
            plain: false,
            ascii: false,
            times: caseload::domain::clock::Style::default(),
        };
        // As it was given: reading it again would write its secrets again.
        let macros = config.macros.clone();
        let plan = Plan {
            source: Source::Configured(Box::new(config)),
            only: Vec::new(),
            data: Some(house.data()),
            default_data: house.data(),
            offline,
            secrets: None,
            wall: house.wall.clone(),
        };
        let (wakes, keys, inbox) = channel();
        let mut app = App::new(setup);
        app.model.send_delay_ms = house.send_delay_s * 1_000;
        app.model.macros = macros;
        if view.is_some() {
            app.model.open_views(config::ready_made(), view, false, &mut app.cx);
        }
        let mut sitting = EventLoop::new(app, glass, wakes.clone(), inbox, Worker::new(plan)).by(house.wall.clone());
        if let Some(script) = &house.editor {
            let path = house.place.path().join("editor.sh");
            fs::write(&path, script).unwrap();
            sitting.editor = Some(format!("sh {}", path.display()));
        }
        sitting.begin();
        let mut desk = Self { house, sitting: Some(sitting), keys, wakes };
        desk.until("the worker has told its sources", |app| !app.model.sources.is_empty());
        desk
    }

    pub fn app(&self) -> &App {
        &self.sitting().app
    }

    fn sitting(&self) -> &EventLoop<Glass> {
        self.sitting.as_ref().unwrap()
    }

    fn sitting_mut(&mut self) -> &mut EventLoop<Glass> {
        self.sitting.as_mut().unwrap()
    }

    pub fn glass(&self) -> &Glass {
        &self.sitting().surface
    }

    /// Waits for wakes until the condition holds.
    pub fn until(&mut self, what: &str, mut condition: impl FnMut(&App) -> bool) -> &mut Self {
        let until = Instant::now() + self.house.patience;
        while !condition(self.app()) {
            if let Some(ended) = self.sitting().ended() {
                panic!("the sitting ended with {ended:?} before {what}");
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never: {what}\npending: {:?}\n{}", self.app().cx.pending, self.shown());
            self.sitting_mut().turn(Some(left));
        }
        self
    }

    fn until_idle(&mut self) {
        let until = Instant::now() + DEADLINE;
        while self.sitting().ended().is_none() && !(self.app().cx.is_idle() && self.app().model.list.is_disk_told()) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never: settled\npending: {:?}\n{}", self.app().cx.pending, self.shown());
            self.sitting_mut().turn(Some(left));
        }
    }

    /// Every source has been read completely.
    pub fn read_all(&mut self) -> &mut Self {
        self.until("every source is read", |app| {
            app.model.sources.iter().all(|source| matches!(source.state.coverage, Coverage::Full { .. }))
        })
    }

    /// The disk is told, no open ticket, no waiting report, and the frame shows it; or the sitting has ended, whatever was under way.
    pub fn settle(&mut self) -> &mut Self {
        self.until_idle();
        while self.sitting_mut().turn(Some(Duration::ZERO)) {}
        self.until_idle();
        while self.sitting().is_stale() && self.sitting().ended().is_none() {
            self.sitting_mut().turn(Some(DEADLINE));
        }
        self
    }

    fn wake(&mut self, message: Message) {
        let mut message = message;
        while let Some(back) = self.keys.try_send(message) {
            message = back;
            self.sitting_mut().turn(Some(Duration::ZERO));
        }
    }

    /// Keys by name, as in the key table: `j`, `<enter>`, `Ctrl-d`, or several with blanks between.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.rapid_chords(keys.split(' ').map(chord));
        self.take_in();
        self.settle()
    }

    /// Keys that open the editor; what it leaves is taken in.
    pub fn edit(&mut self, keys: &str) -> &mut Self {
        self.press(keys);
        let until = Instant::now() + self.house.patience;
        while self.glass().lent.0 > self.glass().lent.1 {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the editor does not come back:\n{}", self.shown());
            self.sitting_mut().turn(Some(left));
        }
        self.settle()
    }

    /// Characters one by one.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.rapid_chords(text.chars().map(Chord::char));
        self.take_in();
        self.settle()
    }

    /// Presses without settling in between, as fast fingers do.
    pub fn rapid(&mut self, keys: &str) -> &mut Self {
        self.rapid_chords(keys.chars().map(Chord::char));
        self
    }

    /// Changes the state by hand, for what a configuration would set.
    pub fn set(&mut self, change: impl FnOnce(&mut App)) -> &mut Self {
        change(&mut self.sitting_mut().app);
        self
    }

    /// The screen's clock goes on by so much, or back, before these keys; then it is as it was.
    pub fn later(&mut self, ms: i64, keys: &str) -> &mut Self {
        let then = Timestamp::from_millisecond(self.house.wall.now().as_millisecond() + ms).unwrap();
        self.wake(Message::Tick(then));
        if keys.is_empty() { self.settle() } else { self.press(keys) }
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.wake(Message::Paste(text.to_owned()));
        self.take_in();
        self.settle()
    }

    /// Takes notices as read.
    pub fn acknowledge_all(&mut self) -> Vec<String> {
        let said = self.app().cx.notices.unacknowledged().map(|notice| notice.text.clone()).collect();
        while self.sitting_mut().app.cx.notices.acknowledge() {}
        said
    }

    fn rapid_chords(&mut self, chords: impl Iterator<Item = Chord>) {
        for chord in chords {
            self.wake(Message::Key(chord));
        }
    }

    /// Takes in what waits.
    fn take_in(&mut self) {
        while self.sitting_mut().turn(Some(Duration::ZERO)) {}
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.wake(Message::Resize(width, height));
        self.take_in();
        self.settle()
    }

    /// The screen as text, a line per row.
    pub fn shown(&self) -> String {
        let buffer = self.glass().terminal.backend().buffer();
        let width = usize::from(buffer.area.width).max(1);
        let rows = buffer.content.chunks(width).map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    pub fn sees(&mut self, text: &str) -> &mut Self {
        self.settle();
        assert!(self.shown().contains(text), "`{text}` is not on the screen:\n{}", self.shown());
        self
    }

    /// Waits until the screen shows a text.
    pub fn comes_to_see(&mut self, text: &str) -> &mut Self {
        let until = Instant::now() + DEADLINE;
        while !self.shown().contains(text) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "`{text}` never came:\n{}", self.shown());
            self.sitting_mut().turn(Some(left));
        }
        self
    }

    pub fn list(&self) -> Listed<'_> {
        Listed { app: self.app() }
    }

    pub fn vendor(&self, name: &str) -> Asked<'_> {
        let vendor = match name {
            "datadog" => Vendor::Datadog,
            "tines" => Vendor::Tines,
            "serverops" => Vendor::ServerOps,
            other => panic!("no vendor {other}"),
        };
        Asked { demo: &self.house.demo, vendor }
    }

    /// The notice on the status line says this; it is put away.
    pub fn acknowledge(&mut self, words: &str) -> &mut Self {
        self.settle();
        let shown = self.app().cx.notices.shown().map(|notice| notice.text.clone()).unwrap_or_default();
        assert!(shown.contains(words), "the notice is `{shown}`, not `{words}`");
        while self.sitting_mut().app.cx.notices.acknowledge() {}
        self
    }

    /// The terminal goes, which its reader and the kernel say at once; until the sitting has ended by that.
    pub fn hang_up(&mut self) -> &mut Self {
        for wake in [Wake::InputEnded, Wake::Signal(Signal::End(signal_hook::consts::SIGHUP))] {
            let mut wake = wake;
            while let Err(TrySendError::Full(back)) = self.wakes.try_send(wake) {
                wake = back;
                self.sitting_mut().turn(Some(Duration::ZERO));
            }
        }
        let until = Instant::now() + DEADLINE;
        while self.sitting().ended().is_none() {
            assert!(Instant::now() < until, "it does not end:\n{}", self.shown());
            self.sitting_mut().turn(Some(DEADLINE));
        }
        self
    }

    /// Leaves the desk; what was written is on disk.
    pub fn leave(mut self) -> (Ended, Vec<String>) {
        self.check_notices();
        let finished = self.sitting.take().unwrap().finish();
        (finished.ended, finished.at_exit)
    }

    fn check_notices(&self) {
        let open: Vec<_> = self.app().cx.notices.unacknowledged().map(|notice| notice.text.clone()).collect();
        assert!(open.is_empty(), "nobody acknowledged {open:?}");
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.sitting.is_some() {
            self.check_notices();
        }
    }
}

/// `<enter>` and `Enter` are the same key.
fn chord(name: &str) -> Chord {
    let bare = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).map(|name| name[..1].to_uppercase() + &name[1..]);
    Chord::parse(bare.as_deref().unwrap_or(name)).unwrap_or_else(|| panic!("no key `{name}`"))
}

pub struct Listed<'a> {
    app: &'a App,
}

impl Listed<'_> {
    /// Titles in sight, first to last.
    pub fn titles(&self) -> Vec<String> {
        self.app.model.list.visible().iter().filter_map(|rid| self.app.model.list.row(*rid)).map(|row| row.title.to_owned()).collect()
    }

    pub fn keys(&self) -> Vec<String> {
        self.app.model.list.visible().iter().filter_map(|rid| self.app.model.list.row(*rid)).map(|row| row.key.to_owned()).collect()
    }

    /// The key under the cursor.
    pub fn cursor(&self) -> String {
        self.app.model.list.cursor().and_then(|rid| self.app.model.list.row(rid)).map(|row| row.key.to_owned()).unwrap_or_default()
    }

    pub fn count(&self) -> usize {
        self.app.model.list.order().len()
    }
}

pub struct Asked<'a> {
    demo: &'a Demo,
    vendor: Vendor,
}

impl Asked<'_> {
    fn writes(&self) -> Vec<Received> {
        self.demo.received(self.vendor).into_iter().filter(|call| call.method != "GET").collect()
    }

    /// What was written, as `METHOD /path body`, in order.
    pub fn wrote(&self) -> Vec<String> {
        self.writes().iter().map(|call| format!("{} {} {}", call.method, call.path, call.body)).collect()
    }
}
