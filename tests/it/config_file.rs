//! The configuration file as a person meets it: the example, and every way to get it wrong.

use std::path::Path;

use caseload::config::{ApiVersion, Config, DATADOG_SITES, Problems, SecretRef, parse, starter, write_new};
use caseload::domain::case::Vendor;
use caseload::tui::keys::remap::Keymap;

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn read(text: &str) -> Result<Config, Problems> {
    parse(text, Path::new("/etc/here/c.toml"))
}

fn good(text: &str) -> Config {
    read(text).unwrap_or_else(|problems| panic!("{problems}\n---\n{text}"))
}

/// `line: what | instead` of each problem.
fn bad(text: &str) -> Vec<String> {
    let problems = read(text).expect_err(text).0;
    for problem in &problems {
        assert_eq!(problem.file.as_deref(), Some(Path::new("/etc/here/c.toml")));
        assert!(!problem.instead.is_empty());
    }
    problems.iter().map(|problem| format!("{}: {} | {}", problem.line.unwrap(), problem.what, problem.instead)).collect()
}

fn one(text: &str) -> String {
    let problems = bad(text);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.into_iter().next().unwrap()
}

const DATADOG: &str =
    "[[source]]\nname = 'dd'\nvendor = 'datadog'\nsite = 'datadoghq.eu'\napi_key = { env = 'A' }\napp_key = { env = 'B' }\n";
const TINES: &str = "[[source]]\nname = 'tn'\nvendor = 'tines'\nsite = 'acme.tines.com'\ntoken = { env = 'T' }\n";
const SERVEROPS: &str = "[[source]]\nname = 'so'\nvendor = 'serverops'\ntoken = { env = 'S' }\n";

#[test]
fn the_example_says_what_happens_without_a_file() {
    assert_eq!(good(EXAMPLE), Config::default());
    assert_eq!(good(""), Config::default());
    for key in ["focused_s", "idle_s", "borders", "colour", "times", "send_delay_s", "preset", "at", "bell", "desktop", "command", "quiet"]
    {
        assert!(EXAMPLE.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key} is not in the example");
    }
}

#[test]
fn the_samples_of_the_example_work_as_they_stand() {
    let live: String = EXAMPLE
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.is_empty() && !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
        .collect();
    let config = good(&live);
    assert_eq!(config.sources.len(), EXAMPLE.matches("#[[source]]").count());
    for vendor in Vendor::ALL {
        assert!(config.sources.iter().any(|source| source.vendor == vendor));
    }
    assert_eq!((config.sla.len(), config.sla[0].respond_s, config.sla[0].close_s), (1, Some(900), Some(14_400)));
    assert_eq!(config.hours.as_ref().map(|hours| (hours.from, hours.to, hours.holidays.len())), Some((540, 1_020, 2)));
    assert_eq!((config.keys.remaps.len(), config.alarms.when.as_ref().unwrap().0.as_str()), (3, "assignee:me,none"));
    assert_eq!(Keymap::new(&config.keys).1, []);
    let old = config.sources.iter().find(|source| source.name == "automation-old").unwrap();
    assert_eq!((old.api_version, old.user_token.clone()), (Some(ApiVersion::V1), Some(SecretRef::Env("TINES_API_KEY".into()))));
}

#[test]
fn every_key_of_a_source_arrives() {
    let config = good(
        "[poll]\nfocused_s = 10\nidle_s = 60\n\
         [[source]]\nname = 'a.b-c_1'\nvendor = 'datadog'\nsite = 'datadoghq.com'\nbase_url = 'https://x.example/dd/'\n\
         token = { command = ['pass', 'show', 'x y'] }\nfilter = 'status:open \"a b\"'\ntimeout_s = 5\n\
         [[source]]\nname = 't'\nvendor = 'tines'\nbase_url = 'http://127.0.0.1:8080'\nuser_token = { file = 'keys/t' }\nteam_id = 7\nme = 'a@b.c'\n\
         [[source]]\nname = 's'\nvendor = 'serverops'\nbase_url = 'http://[::1]:9/v1'\ntoken = { file = '/k' }\n",
    );
    let [dd, tn, so] = &config.sources[..] else { panic!("{config:?}") };
    assert_eq!((config.poll.focused_s, config.poll.idle_s), (10, 60));
    assert_eq!(dd.base_url.as_deref(), Some("https://x.example/dd"));
    assert_eq!(dd.token, Some(SecretRef::Command(["pass", "show", "x y"].map(String::from).to_vec())));
    assert_eq!((dd.filter.as_deref(), dd.timeout_s), (Some("status:open \"a b\""), Some(5)));
    assert_eq!(tn.user_token, Some(SecretRef::File("/etc/here/keys/t".into())), "relative to the file that says so");
    assert_eq!((tn.team_id.as_deref(), tn.me.as_deref()), (Some("7"), Some("a@b.c")));
    assert_eq!(so.base_url.as_deref(), Some("http://[::1]:9/v1"));
    assert_eq!(so.token, Some(SecretRef::File("/k".into())));
}

#[test]
fn the_send_delay_may_be_nothing_and_has_an_end() {
    assert_eq!(good("").edit.send_delay_s, 5);
    assert_eq!(good("[edit]\nsend_delay_s = 0\n").edit.send_delay_s, 0);
    assert_eq!(good("[edit]\nsend_delay_s = 60\n").edit.send_delay_s, 60);
    for wrong in ["61", "-1", "1.5", "'5'"] {
        let problem = one(&format!("[edit]\nsend_delay_s = {wrong}\n"));
        assert_eq!(problem, "2: `send_delay_s` does not fit | write a whole number from 0 to 60");
    }
    assert_eq!(one("[edit]\nsend_delay = 1\n"), "2: unknown key `send_delay` in [edit] | did you mean `send_delay_s`?");
}

#[test]
fn all_problems_come_together_with_their_lines() {
    let problems = bad("[pol]\nfocused_s = 3\n[ui]\nborder = 'ascii'\ntimes = 'swatch'\n\n[poll]\nidle_s = 'x'\n");
    assert_eq!(
        problems,
        [
            "1: unknown key `pol` in the configuration | did you mean `poll`?",
            "4: unknown key `border` in [ui] | did you mean `borders`?",
            "5: `swatch` is not a choice for `times` | write one of `relative`, `local`, `utc`",
            "8: `idle_s` does not fit | write a whole number from 5 to 86400",
        ]
    );
}

#[test]
fn broken_text_is_named_by_its_line_and_not_judged_further() {
    let problems = bad("[ui]\nborders = ascii\n\n[poll\n");
    assert!(problems[0].starts_with("2: this is not TOML"), "{problems:#?}");
    assert!(problems.iter().any(|problem| problem.starts_with("4: this is not TOML")), "{problems:#?}");
    assert!(one("[[source]]\nname = 'a'\nname = 'b'\n").contains("duplicate"));
}

#[test]
fn a_secret_in_plain_is_refused_and_not_repeated() {
    for (text, key) in [
        (DATADOG.replace("{ env = 'A' }", "'0123456789abcdef'"), "api_key"),
        (TINES.replace("{ env = 'T' }", "'0123456789abcdef'"), "token"),
        (SERVEROPS.replace("{ env = 'S' }", "['0123456789abcdef']"), "token"),
    ] {
        let problem = one(&text);
        assert!(problem.contains(&format!("`{key}` must not hold the secret itself")) && problem.contains("env = \""), "{problem}");
        assert!(!problem.contains("0123"), "{problem}");
    }
    let named = one(&SERVEROPS.replace("'S'", "'so_live_0123456789'"));
    assert!(named.contains("name of an environment variable") && !named.contains("0123"), "{named}");
    let unquoted = bad(&SERVEROPS.replace("{ env = 'S' }", "so_live_0123456789")).join("\n");
    assert!(!unquoted.contains("0123"), "{unquoted}");
    let elsewhere = bad(&SERVEROPS.replace("token = { env = 'S' }", "tokn = 'so_live_0123456789'")).join("\n");
    assert!(elsewhere.contains("did you mean `token`") && !elsewhere.contains("0123"), "{elsewhere}");
}

#[test]
fn a_reference_names_one_place() {
    let with = |reference: &str| one(&SERVEROPS.replace("{ env = 'S' }", reference));
    assert!(with("{}").contains("does not say where"));
    assert!(with("{ env = 'A', file = 'b' }").contains("more than one place"));
    assert!(with("{ env = 'A', fle = 'b' }").contains("did you mean `file`"));
    assert!(with("{ command = 'pass show x' }").contains("list of words"));
    assert!(with("{ command = [] }").contains("list of words"));
    assert!(with("{ command = ['a', 1] }").contains("list of words"));
    assert!(with("{ env = '' }").contains("empty"));
}

#[test]
fn each_vendor_needs_its_own_secrets() {
    assert!(one(&DATADOG.replace("app_key = { env = 'B' }\n", "")).contains("`api_key` needs `app_key`"));
    assert!(one(&DATADOG.replace("api_key = { env = 'A' }\n", "")).contains("`app_key` needs `api_key`"));
    assert!(one(&format!("{DATADOG}token = {{ env = 'T' }}\n")).contains("a key pair and a token"));
    assert!(one("[[source]]\nname = 'x'\nvendor = 'datadog'\nsite = 'datadoghq.com'\n").contains("has no keys"));
    assert!(one(&format!("{TINES}user_token = {{ env = 'U' }}\n")).contains("both `token` and `user_token`"));
    assert!(one(&TINES.replace("token = { env = 'T' }\n", "")).contains("has no key"));
    assert!(one(&SERVEROPS.replace("token = { env = 'S' }\n", "")).contains("has no token"));
    assert!(one(&format!("{SERVEROPS}api_key = {{ env = 'U' }}\n")).contains("ServerOps sources take no `api_key`"));
    assert!(one(&format!("{TINES}filter = 'x'\n")).contains("narrow a Tines source with `team_id`"));
}

#[test]
fn sites_and_addresses_are_checked() {
    for site in DATADOG_SITES {
        good(&DATADOG.replace("datadoghq.eu", site));
        assert!(caseload::providers::datadog_hosts(site).is_some(), "{site} has no hosts");
    }
    let wrong = one(&DATADOG.replace("datadoghq.eu", "https://app.datadoghq.eu/"));
    assert!(
        DATADOG_SITES.iter().all(|site| wrong.contains(&format!("`{site}`"))) && wrong.contains("did you mean `datadoghq.eu`"),
        "{wrong}"
    );
    assert!(wrong.starts_with("4: "), "{wrong}");
    assert!(one(&DATADOG.replace("site = 'datadoghq.eu'\n", "")).contains("which site it is on"));
    assert!(one(&TINES.replace("site = 'acme.tines.com'\n", "")).contains("which tenant"));
    assert!(one(&TINES.replace("acme.tines.com", "https://acme.tines.com")).contains("not a host name"));
    let with = |url: &str| one(&SERVEROPS.replace("token", &format!("base_url = '{url}'\ntoken")));
    assert!(with("http://api.example.com").contains("plain http"));
    assert!(with("http://127.0.0.1.example.com").contains("plain http"));
    assert!(with("api.example.com").contains("not an address"));
    assert!(with("ftp://api.example.com").contains("not an address"));
    assert!(with("https://").contains("not an address"));
    assert!(with("https://api.example.com/?x=1").contains("not an address"));
    let userinfo = with("https://user:hunter2@api.example.com");
    assert!(userinfo.contains("user name or a password") && !userinfo.contains("hunter2"), "{userinfo}");
    let api = one(&DATADOG.replace("site", "base_url").replace("datadoghq.eu", "https://api.datadoghq.eu/api/v2"));
    assert!(api.contains("base_url = \"https://api.datadoghq.eu\""), "{api}");
}

#[test]
fn sources_have_names_of_their_own_and_a_known_vendor() {
    let twice = one(&format!("{TINES}{}", TINES.replace("'tn'", "'TN'")));
    assert!(twice.starts_with("7: the name `TN` is taken"), "{twice}");
    assert!(one(&TINES.replace("'tn'", "'a:b'")).contains("does not fit"));
    assert!(one(&TINES.replace("name = 'tn'\n", "")).starts_with("1: this source has no name"));
    assert!(one(&TINES.replace("vendor = 'tines'\n", "")).starts_with("1: this source has no vendor"));
    let vendor = one(&TINES.replace("'tines'", "'tine'"));
    assert!(vendor.contains("unknown vendor `tine`") && vendor.contains("did you mean `tines`"), "{vendor}");
    assert!(one("[source]\nname = 'x'\n").contains("two brackets"));
    assert!(one(&format!("{TINES}me = 'nobody'\n")).contains("not a mail address"));
    assert!(one(&format!("{TINES}team_id = 'soc'\n")).contains("team's number"));
    assert!(one(&format!("{TINES}timeout_s = 0\n")).contains("from 1 to 600"));
}

#[test]
fn what_the_file_says_cannot_steer_the_terminal() {
    let problems = read("[\"\\u001b[2J\"]\n").expect_err("unknown key").to_string();
    assert!(problems.contains("^[[2J") && !problems.contains('\x1b'), "{problems:?}");
}

#[test]
fn the_starter_is_a_valid_configuration_and_overwrites_nothing() {
    for vendors in [&[][..], &[Vendor::Tines], &Vendor::ALL] {
        let config = good(&starter(vendors));
        assert_eq!(config.sources.iter().map(|source| source.vendor).collect::<Vec<_>>(), vendors);
        assert!(config.sources.iter().all(|source| source.trust.read_only.is_none()));
        // The line that allows changes is there, and holds once its # is gone.
        let allowing = good(&starter(vendors).replace("# read_only", "read_only"));
        assert!(allowing.sources.iter().all(|source| source.trust.read_only == Some(false)));
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/er/config.toml");
    write_new(&path, "# mine\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let problem = write_new(&path, "# other\n").unwrap_err().to_string();
    assert!(problem.contains("left as it is"), "{problem}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "# mine\n");
}

#[test]
fn keys_rules_hours_and_alarms_say_what_is_wrong_with_them() {
    let hours = "[hours]\ndays = 'mon-fri'\nfrom = '09:00'\nto = '17:00'\nzone = 'Europe/Berlin'\n";
    for (text, problem) in [
        (
            "[keys]\nopen = 'o'\n",
            "2: `open` stands in [keys] itself | commands stand below their place: [keys.list], or [keys.everywhere], and there open = \"…\"",
        ),
        ("[keys.list]\nopen = 7\n", "2: the keys of `open` are text | write `\"Ctrl-t\"`, `[\"g t\", \"F7\"]`; [] takes all its keys away"),
        ("[keys]\npreset = 'emacs'\n", "2: `emacs` is not a choice for `preset` | write one of `vim`, `arrows`"),
        ("[[sla]]\nwhen = 'x'\n", "1: this rule runs no clock | write respond = \"15m\", close = \"4h\", or both"),
        (
            "[[sla]]\nclose = '4h'\n",
            "1: this rule does not say which cases it is for | write when = \"src:dd priority:<=P2\", a filter as in the workbench",
        ),
        (
            "[[sla]]\nwhen = 'x'\nclose = '4 h'\n",
            "3: `4 h` is no time for a clock | write it like 15m, 4h, 1h30m or 2d; at least a minute, at most a year",
        ),
        (
            "[[sla]]\nwhen = 'x'\nclose = '4h'\nbusiness_hours = true\n",
            "4: there are no business hours | write a section [hours] with days, from, to and zone",
        ),
        (
            "[hours]\ndays = 'mon-fri'\nfrom = '17:00'\nto = '09:00'\nzone = 'UTC'\n",
            "4: the day ends before it begins | write from before to; to = \"24:00\" is midnight",
        ),
        (
            "[hours]\ndays = 'mon-fri'\nfrom = '09:00'\nto = '17:00'\nzone = 'Mars/Base'\n",
            "5: there is no time zone `Mars/Base` | write its name like Europe/Berlin or America/New_York, or UTC",
        ),
        (
            "[alarms]\nat = ['soon']\n",
            "2: `soon` is no moment for an alarm | write at = [\"30m\", \"5m\", \"breach\"], or [] for no alarms",
        ),
        ("[alarms]\nbell = 'yes'\n", "2: `bell` is yes or no | write bell = true or bell = false, without quotes"),
        ("[alarms]\ncommand = 'notify-send x'\n", "2: `command` is a list of texts | write command = [\"…\", \"…\"], at most 64"),
        ("[alarms]\nquiet = '22'\n", "2: `22` is no span of a day | write quiet = \"22:00-07:00\", in your local time, or \"\" for never"),
    ] {
        assert_eq!(one(text), problem);
    }
    let days = format!("[[sla]]\nwhen = 'x'\nclose = '2d'\nbusiness_hours = true\n{hours}");
    assert_eq!(one(&days), "3: `2d` of business hours is not clear | write hours: 8h is a day of eight hours");
    let good = good("[alarms]\nat = ['breach', '5m', '5m']\nquiet = '22:00-07:30'\nbell = false\n").alarms;
    assert_eq!((good.at_s, good.quiet, good.bell), (vec![300, 0], Some((1_320, 450)), false));
}
