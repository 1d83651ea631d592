//! The particulars of a case: which host, which address, which person. A fact is a function of the case and of its own name,
//! so title, description, comments and records of one case speak of the same host without anything being remembered.

use super::dice::{Dice, mix, word};
use super::people::PEOPLE;
use crate::demo::time::rfc3339;

/// Where a case's facts come from.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    /// Names the case.
    pub(crate) case: u64,
    /// Names the storm of look-alikes that the case belongs to; equal to `case` outside of storms.
    pub(crate) storm: u64,
    /// Around this time things happened, Unix milliseconds.
    pub(crate) at_ms: i64,
}

/// What all cases of one storm share; everything else differs from host to host.
const SHARED: [&str; 9] = ["svc", "dc", "env", "region", "game", "server", "commit", "lookalike", "app"];

const HOSTS: [&str; 14] =
    ["web", "db", "cache", "build", "edge", "vpn", "mx", "lap-fin", "lap-eng", "lap-hr", "kiosk", "k8s-node", "dc", "jump"];
const CITIES: [&str; 18] = [
    "Lisbon",
    "Gothenburg",
    "Kraków",
    "Lagos",
    "São Paulo",
    "Manila",
    "Osaka",
    "Austin",
    "Toronto",
    "Leeds",
    "Tallinn",
    "Nairobi",
    "Pune",
    "Perth",
    "Bogotá",
    "Ghent",
    "Zürich",
    "Da Nang",
];
const COUNTRIES: [&str; 16] = [
    "Portugal",
    "Sweden",
    "Poland",
    "Nigeria",
    "Brazil",
    "Philippines",
    "Japan",
    "Canada",
    "Estonia",
    "Kenya",
    "India",
    "Australia",
    "Colombia",
    "Belgium",
    "Vietnam",
    "Moldova",
];
const SERVICES: [&str; 20] = [
    "checkout-api",
    "search",
    "ledger",
    "identity",
    "notifier",
    "media-resizer",
    "pricing",
    "cart",
    "gateway",
    "reports",
    "webhooks",
    "session-store",
    "invoice-pdf",
    "feature-flags",
    "geo",
    "inventory",
    "mail-out",
    "risk-score",
    "oauth",
    "ingest",
];
const APPS: [&str; 16] = [
    "Quillbox",
    "Paydock",
    "Meridian HR",
    "Slatewise",
    "Boardly",
    "Tempo Travel",
    "Kite Sign",
    "Fathom CRM",
    "Opal Drive",
    "Lumen Chat",
    "Harbor Payroll",
    "Stacklane",
    "Birchmail",
    "Notara",
    "Cedar Desk",
    "Pinwheel",
];
const SUBJECTS: [&str; 16] = [
    "Your payslip is ready",
    "Action required: mailbox 98% full",
    "Invoice 20881 overdue",
    "Shared with you: Bonus plan",
    "Voicemail from unknown caller",
    "Re: contract draft",
    "Parcel could not be delivered",
    "Update your direct deposit",
    "New sign-in from Linux",
    "Signature requested",
    "Board minutes",
    "Your ticket was closed",
    "Meeting moved",
    "Tax statement available",
    "Benefits enrolment ends today",
    "Fwd: bank details changed",
];
const FILES: [&str; 18] = [
    "invoice_20881.iso",
    "update.msi",
    "payslip.pdf.exe",
    "report.docm",
    "setup-x64.exe",
    "scan0007.html",
    "driver.sys",
    "teams-installer.dmg",
    "notes.lnk",
    "libcurl.dll",
    "backup.zip",
    "agent.ps1",
    "cv_final.one",
    "quote.xlsm",
    "readme.hta",
    "font.woff.js",
    "card.vbs",
    "photo.scr",
];
const PROCS: [&str; 12] = [
    "rundll32.exe",
    "powershell.exe",
    "mshta.exe",
    "regsvr32.exe",
    "wscript.exe",
    "certutil.exe",
    "curl",
    "python3",
    "svchost.exe",
    "osascript",
    "nc",
    "bitsadmin.exe",
];
const PATHS: [&str; 16] = [
    "/v2/cart",
    "/login",
    "/api/orders",
    "/checkout/confirm",
    "/wp-admin/setup.php",
    "/.env",
    "/search",
    "/oauth/token",
    "/export.csv",
    "/healthz",
    "/graphql",
    "/files/upload",
    "/o/auth/start",
    "/session",
    "/pay/return",
    "/actuator/env",
];
const TABLES: [&str; 12] = [
    "orders",
    "payments",
    "customer_email",
    "ledger_entries",
    "sessions",
    "audit_log",
    "invoice_lines",
    "users_staging",
    "price_history",
    "shipments",
    "consents",
    "device_tokens",
];
const DOCS: [&str; 12] = [
    "Q3 forecast",
    "Salary bands",
    "Customer list EMEA",
    "Merger notes",
    "Price book",
    "Incident review",
    "Roadmap",
    "Vendor contracts",
    "Key ceremony",
    "Support macros",
    "Board pack",
    "Payroll June",
];
const PLAYERS: [&str; 24] = [
    "xX_Nova_Xx",
    "mossgoblin",
    "Brambleheart",
    "kiwi.exe",
    "old_tom",
    "Zephyr77",
    "lilypad",
    "T3rmit3",
    "northstar",
    "pixelwitch",
    "grumpy_ferret",
    "Captain-Oats",
    "vanta",
    "Sable",
    "jellybeam",
    "rook2rook",
    "Hexed",
    "mintcondition",
    "dustbunny",
    "Quasar_",
    "Ember",
    "snowplow",
    "taiga",
    "unoReverse",
];
const SERVERS: [&str; 10] = [
    "Rivermouth RP",
    "Oak Survival EU-2",
    "Rust Duo Monthly",
    "Skyblock 4",
    "Harbour City",
    "Creative West",
    "Hardcore One",
    "Bedwars Lobby 3",
    "Los Alamos RP",
    "Vanilla+",
];
const ITEMS: [&str; 14] = [
    "netherite blocks",
    "C4",
    "armored cars",
    "shulker boxes",
    "gold bars",
    "redstone clocks",
    "VIP passes",
    "sulfur",
    "hoppers",
    "lockpicks",
    "elytra",
    "lava buckets",
    "turbo kits",
    "spawn eggs",
];
const PLACES: [&str; 10] = [
    "the market hall",
    "Sunrise village",
    "the museum",
    "spawn bridge",
    "the old harbour",
    "Cliff farm",
    "the police station",
    "the ice highway",
    "Willow house",
    "the arena",
];
const EXCUSES: [&str; 10] = [
    "my cat walked over the keyboard",
    "it was my brother",
    "everyone does it",
    "I did not know the rule",
    "please, I bought the pass yesterday",
    "the admin hates me",
    "it was lag",
    "I was only testing it",
    "I have changed",
    "wrong person, check the name",
];
const FIELDS: [&str; 8] = ["address", "loyaltyTier", "currency", "locale", "tenant_id", "parent", "email_verified", "shippingZone"];
const CLASSES: [&str; 10] =
    ["Basket", "PriceBook", "LoyaltyAccount", "TaxZone", "OrderLine", "Session", "Coupon", "Refund", "GeoPoint", "Invoice"];
const LIBS: [&str; 12] = [
    "libyaml-fast",
    "left-justify",
    "xml-lite",
    "node-zipstream",
    "pyjwt-extra",
    "log-appender",
    "image-codecs",
    "EssentialsPlus",
    "TradeGUI",
    "grpc-gateway-shim",
    "tar-walker",
    "html-sanitise",
];
const RULES: [&str; 10] = [
    "Rare parent process",
    "First sign-in from country",
    "DNS tunnelling",
    "Mass download",
    "New admin",
    "Beacon interval",
    "Token reuse",
    "Service account at desk",
    "Archive before upload",
    "Disabled logging",
];
const DEVICES: [&str; 9] = [
    "ThinkPad T14",
    "MacBook Air",
    "Pixel 8",
    "iPhone 15",
    "Surface 9",
    "Latitude 7440",
    "Chrome 131 on Windows",
    "Firefox 132 on Linux",
    "Safari 18 on macOS",
];
const RESULTS: [&str; 8] = ["success", "denied", "timeout", "blocked", "pending", "AccessDenied", "unknown", "partial"];
const CALLS: [&str; 7] = ["GetCallerIdentity", "ListBuckets", "CreateUser", "RunInstances", "AssumeRole", "PutBucketPolicy", "DeleteTrail"];

/// The text with every `{name}` that is known filled in; other braces are left alone.
pub(crate) fn fill(template: &str, facts: &Facts) -> String {
    let mut out = String::with_capacity(template.len() + 48);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        match after.find('}').map(|close| (&after[..close], &after[close + 1..])) {
            Some((name, tail)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) => {
                out.push_str(&fact(name, facts));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// One fact; the name itself in brackets when there is none of that name, so that a slip in the scenes shows.
pub(crate) fn fact(name: &str, facts: &Facts) -> String {
    let source = if SHARED.contains(&name) { facts.storm } else { facts.case };
    let mut dice = Dice::new(mix(source, word(name)));
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    number_fact(base, name, &mut dice, facts)
        .or_else(|| place_fact(base, &mut dice))
        .or_else(|| thing_fact(base, &mut dice))
        .unwrap_or_else(|| format!("[{name}]"))
}

fn number_fact(base: &str, name: &str, dice: &mut Dice, facts: &Facts) -> Option<String> {
    Some(match base {
        "n" => dice.between(12, 480).to_string(),
        "small" => dice.between(2, 9).to_string(),
        "pct" => dice.between(61, 99).to_string(),
        "ms" => dice.between(900, 9_800).to_string(),
        "mins" => dice.between(3, 58).to_string(),
        "days" => dice.between(2, 90).to_string(),
        "kmh" => dice.between(180, 4_900).to_string(),
        "amount" => format!("{}.{:02}", dice.between(4, 900), dice.between(0, 99)),
        "port" => dice.pick(&[443, 445, 3389, 4444, 5432, 8080, 8443, 9001]).to_string(),
        "acct" => format!("{:012}", dice.between(100_000_000_000, 999_999_999_999)),
        "ban" => format!("B-{}", dice.between(1_000, 9_999)),
        "ticket" => format!("CHG-{}", dice.between(4_000, 4_999)),
        "cve" => format!("CVE-2026-{}", dice.between(10_000, 59_999)),
        "commit" => format!("{:07x}", dice.between(0x010_0000, 0xfff_ffff)),
        "sha" if name == "sha8" => format!("{:08x}", dice.between(0x1000_0000, 0xffff_ffff)),
        "sha" => {
            let mut word = || dice.between(0, u64::MAX);
            format!("{:016x}{:016x}{:016x}{:016x}", word(), word(), word(), word())
        }
        "mac" => format!(
            "02:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
            dice.between(0, 255),
            dice.between(0, 255),
            dice.between(0, 255),
            dice.between(0, 255),
            dice.between(0, 255)
        ),
        "coords" => format!("{} {} {}", dice.between(0, 9_000), dice.between(4, 200), dice.between(0, 9_000)),
        "sensor" => format!("7.{}.{}", dice.between(10, 22), dice.between(1_000, 1_999)),
        "hour" => rfc3339(facts.at_ms - dice.between(4, 200).cast_signed() * 60_000)[11..16].to_owned(),
        "stamp" => rfc3339(facts.at_ms - dice.between(1, 5_400).cast_signed() * 1_000),
        // Documentation ranges, so that no real host is ever named.
        "ip" => format!("{}.{}", dice.pick(&["192.0.2", "198.51.100", "203.0.113"]), dice.between(1, 254)),
        _ => return None,
    })
}

fn place_fact(base: &str, dice: &mut Dice) -> Option<String> {
    Some(match base {
        "host" => format!("{}-{:02}", dice.pick(&HOSTS), dice.between(1, 64)),
        "city" => dice.text(&CITIES).to_owned(),
        "country" => dice.text(&COUNTRIES).to_owned(),
        "domain" => dice.text(&["northwind.example", "nw-pay.example", "northwind-shop.example", "nwcdn.example"]).to_owned(),
        "lookalike" => format!(
            "{}{}.{}",
            dice.pick(&["northw1nd", "north-wind", "nwlnd", "paydock-login", "m365-verify", "kite-sign", "secure-docs", "hr-portal"]),
            dice.pick(&["", "-sso", "-eu", "24", "-id"]),
            dice.pick(&["example", "test", "invalid"])
        ),
        "url" => format!("https://{}.example{}", dice.pick(&["app", "docs", "cdn", "login"]), dice.pick(&PATHS)),
        "path" => dice.text(&PATHS).to_owned(),
        "svc" => dice.text(&SERVICES).to_owned(),
        "env" => dice.text(&["prod", "prod", "prod-eu", "staging", "prod-us"]).to_owned(),
        "dc" => dice.text(&["fra1", "ams2", "iad4", "sin1", "syd1"]).to_owned(),
        "region" => dice.text(&["eu-west-1", "ap-south-1", "us-east-2", "sa-east-1", "me-central-1"]).to_owned(),
        "bucket" => format!("nw-{}-{}", dice.pick(&SERVICES), dice.pick(&["artifacts", "logs", "exports", "backup"])),
        "queue" => format!("{}{:05}", dice.pick(&["q", "ord.", "evt.", "msg-"]), dice.between(0, 99_999)),
        "server" => dice.text(&SERVERS).to_owned(),
        "place" => dice.text(&PLACES).to_owned(),
        _ => return None,
    })
}

fn thing_fact(base: &str, dice: &mut Dice) -> Option<String> {
    let from: &[&str] = match base {
        "app" => &APPS,
        "subject" => &SUBJECTS,
        "file" => &FILES,
        "proc" => &PROCS,
        "office" => &["winword.exe", "excel.exe", "outlook.exe", "acrobat.exe", "chrome.exe"],
        "table" => &TABLES,
        "doc" => &DOCS,
        "player" => &PLAYERS,
        "item" => &ITEMS,
        "excuse" => &EXCUSES,
        "field" => &FIELDS,
        "class" => &CLASSES,
        "method" => &["load", "apply", "resolve", "merge", "next", "render", "flush"],
        "lib" => &LIBS,
        "rule" => &RULES,
        "rulebreak" => &["griefing", "rule 2, insults", "cheating", "advertising", "ban evasion", "real-money trade"],
        "device" => &DEVICES,
        "result" => &RESULTS,
        "verdict" => &["phish", "malicious", "suspicious", "clean", "unknown"],
        "call" => &CALLS,
        "token" => &["ci-deploy-old", "vpn-backup.kdbx", "payroll-2019", "svc-ldap-ro", "prod-root"],
        "ai" => &["a public chat bot", "an AI note taker", "a translation site", "a code assistant"],
        "game" => &["fivem", "roblox", "rust", "minecraft"],
        "person" => return Some(dice.pick(&PEOPLE[..20]).name.to_owned()),
        "email" => return Some(dice.pick(&PEOPLE[..20]).email.to_owned()),
        "user" => return Some(dice.pick(&PEOPLE[..20]).email.split('@').next().unwrap_or_default().to_owned()),
        _ => return None,
    };
    Some(dice.text(from).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_the_same_wherever_it_is_told_and_every_scene_is_filled() {
        let facts = Facts { case: 5, storm: 5, at_ms: 1_700_000_000_000 };
        assert_eq!(fill("{host} and {host}", &facts), format!("{0} and {0}", fact("host", &facts)));
        assert_eq!(fill("a { b } {Nope} {", &facts), "a { b } {Nope} {");
        assert_eq!(fact("nonsense", &facts), "[nonsense]");
        for (number, line) in include_str!("../../assets/demo/scenes.txt").lines().enumerate() {
            let filled = fill(line, &facts);
            for name in line.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name) {
                assert!(!filled.contains(&format!("[{name}]")), "line {}: no fact called {name}", number + 1);
            }
        }
    }
}
