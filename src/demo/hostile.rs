//! Text as an attacker writes it: what a terminal, a spreadsheet or a reader's eye must not be fooled by.

/// Longer than any column and any sane title; a vendor's limit is not documented, so a client has to live with it.
const LONG_TITLE_CHARS: usize = 10_000;

/// Hostile titles, one kind each.
const TITLES: [&str; 30] = [
    "\u{1b}[2J\u{1b}[H\u{1b}[31mAll clear, nothing to see",
    "\u{1b}]0;owned\u{7}Window title taken over",
    "\u{1b}]8;;https://evil.example\u{1b}\\Click for the report\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJmIH4K\u{7}Clipboard gift",
    "\u{9b}31mC1 control introducer\u{9b}0m, string \u{90}payload\u{9c} end",
    "Invoice \u{202e}fdp.exe\u{202c} from finance",
    "user\u{2066}admin\u{2069} \u{2067}granted\u{2069} access \u{200f}to\u{200e} root",
    "zero\u{200b}width\u{200c}join\u{200d}ers\u{feff} in\u{2060}side",
    "tagged\u{e0041}\u{e0042}\u{e0043}\u{e007f} text hides words",
    "=HYPERLINK(\"https://evil.example\",\"Refund\")",
    "+1-555-0100 called, wants =cmd|' /C calc'!A0",
    "@SUM(A1:A9) in the subject",
    "-2+3+cmd|' /C notepad'!A0",
    "警告：检测到异常登录，来自未知设备的多次失败尝试，请立即核实账户安全状况",
    "不審なサインインが検出されました（大阪データセンター、管理者権限）",
    "의심스러운 로그인 시도가 감지되었습니다 · 서울",
    "👩🏽‍💻👨‍👩‍👧‍👦🏳️‍🌈 family device enrolled 🧑🏿‍🚀🇵🇹🇯🇵",
    "تم رصد تسجيل دخول مشبوه من عنوان 192.0.2.44 غير معروف",
    "התקבלה התראה על כניסה חשודה לחשבון admin",
    "Z\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30a}\u{30b}\u{30c}a\u{316}\u{317}\u{318}\u{319}\u{31c}\u{31d}\u{323}\u{324}l\u{330}\u{331}\u{332}\u{333}g\u{334}\u{335}\u{336}o\u{337}\u{338} combining pile",
    "line one\r\nline two\rline three\ttabbed\u{b}vertical\u{c}form",
    "null\u{0}byte and bell\u{7}\u{7}\u{7} and delete\u{7f}",
    "\u{2028}line separator\u{2029}paragraph separator\u{85}next line",
    "soft\u{ad}hyphen, Hangul filler\u{3164}, braille blank\u{2800}, khmer\u{17b4}vowel",
    "# Heading in a title | with | pipes | `code` <script>alert(1)</script>",
    "pаypаl.com with Cyrillic а, ｆｕｌｌｗｉｄｔｈ ｌｅｔｔｅｒｓ, ﬁ ligature",
    "../../../../etc/passwd; rm -rf / $(reboot) `id` %s%n {0} ${HOME}",
    "   leading and trailing space   ",
    "\u{fffd}\u{fffe}\u{10ffff} replacement and non-characters",
    "long",
];

/// A title for draw `n`.
pub(crate) fn title(n: usize) -> String {
    match TITLES[n % TITLES.len()] {
        "long" => {
            let words = ["urgent", "écran", "日本", "🙂", "reset\u{200b}now", "x"];
            words.iter().cycle().flat_map(|word| word.chars().chain([' '])).take(LONG_TITLE_CHARS).collect()
        }
        plain => plain.to_owned(),
    }
}

/// A paragraph that carries the title's trick and some markdown mischief.
pub(crate) fn paragraph(n: usize) -> String {
    let trick: String = title(n).chars().take(400).collect();
    format!(
        "{trick}\n\n[click](javascript:alert(1)) ![x](file:///etc/passwd) [ok](https://northwind.example/\u{202e}moc.live)\n\n\
         | a | b |\n|---|\n| \u{1b}[5mblink\u{1b}[0m | {}\u{200b}|\n\n```\nunclosed fence \u{9d}0;t\u{9c}\n",
        "x".repeat(300)
    )
}

/// How many kinds there are.
pub(crate) const KINDS: usize = TITLES.len();
