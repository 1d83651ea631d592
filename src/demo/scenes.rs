//! What cases are about: the scenes of `assets/demo/scenes.txt`, and how one becomes a title, a description, a comment, a record.

use super::dice::{Dice, mix};
use super::facts::{Facts, fill};

/// One kind of trouble.
#[derive(Default)]
pub(crate) struct Scene {
    pub(crate) name: String,
    /// Letters of the vendors that play it: d, t, s.
    vendors: String,
    /// 1 worst to 5.
    pub(crate) severity: u64,
    pub(crate) service: String,
    pub(crate) tags: Vec<String>,
    titles: Vec<String>,
    leads: Vec<String>,
    details: Vec<String>,
    logs: Vec<String>,
    tasks: Vec<String>,
    comments: Vec<String>,
    pub(crate) records: Vec<RecordKind>,
}

/// A table that a case of this scene collects.
pub(crate) struct RecordKind {
    pub(crate) name: String,
    /// Column and the template of its value.
    pub(crate) columns: Vec<(String, String)>,
}

/// All scenes of one vendor.
pub(crate) struct Scenes(Vec<Scene>);

impl Scenes {
    /// Reads the scenes that the vendor with this letter plays; an error names the line.
    pub(crate) fn of(letter: char) -> Result<Self, String> {
        let mut scenes: Vec<Scene> = Vec::new();
        for (at, line) in include_str!("../../assets/demo/scenes.txt").lines().enumerate() {
            let Some((mark, text)) = line.split_once(' ').filter(|(mark, _)| *mark != "#") else { continue };
            if mark == "=" {
                scenes.push(heading(text).ok_or_else(|| format!("scenes.txt line {}: a heading has five parts", at + 1))?);
            } else if let Some(scene) = scenes.last_mut() {
                let text = text.replace("\\n", "\n");
                match mark {
                    "t" => scene.titles.push(text),
                    "l" => scene.leads.push(text),
                    "d" => scene.details.push(text),
                    ">" => scene.logs.push(text),
                    "-" => scene.tasks.push(text),
                    "c" => scene.comments.push(text),
                    "r" => scene
                        .records
                        .push(record(&text).ok_or_else(|| format!("scenes.txt line {}: a record is `Type: Column=value`", at + 1))?),
                    _ => {}
                }
            }
        }
        scenes.retain(|s| s.vendors.contains(letter));
        if scenes
            .iter()
            .any(|s| s.titles.is_empty() || s.leads.is_empty() || s.details.is_empty() || s.comments.is_empty() || s.records.is_empty())
        {
            return Err("scenes.txt: every scene needs titles, leads, details, comments and a record".to_owned());
        }
        Ok(Self(scenes))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, index: usize) -> &Scene {
        &self.0[index % self.0.len()]
    }

    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|s| s.name == name)
    }
}

fn heading(text: &str) -> Option<Scene> {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let [name, vendors, severity, service, tags] = parts[..] else { return None };
    Some(Scene {
        name: name.to_owned(),
        vendors: vendors.to_owned(),
        severity: severity.parse().ok()?,
        service: service.to_owned(),
        tags: tags.split(',').map(|t| t.trim().to_owned()).collect(),
        ..Scene::default()
    })
}

fn record(text: &str) -> Option<RecordKind> {
    let (name, columns) = text.split_once(':')?;
    let columns = columns.split(';').map(|c| c.trim().split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()))).collect::<Option<_>>()?;
    Some(RecordKind { name: name.to_owned(), columns })
}

fn add(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}

impl Scene {
    pub(crate) fn title(&self, facts: &Facts) -> String {
        // A storm repeats one sentence about many hosts; look-alikes are the point of it.
        fill(Dice::new(mix(facts.storm, 11)).text(&self.titles), facts)
    }

    pub(crate) fn comment(&self, facts: &Facts, which: u64) -> String {
        let mut dice = Dice::new(mix(facts.case, 13 + which));
        let local = Facts { case: if which < 3 { facts.case } else { mix(facts.case, which) }, ..*facts };
        match dice.between(0, 9) {
            0..=5 => fill(dice.text(&self.comments), &local),
            6 => fill(dice.text(&CHATTER), &local),
            7 => fill(&format!("> {}\n\n{}", dice.pick(&self.details), dice.pick(&CHATTER)), &local),
            8 => format!("{}\n\n```\n{}\n```", fill(dice.text(&CHATTER), &local), self.log(&mut dice, &local)),
            _ => fill(&format!("{} {}", dice.pick(&self.comments), dice.pick(&CHATTER)), &local),
        }
    }

    fn log(&self, dice: &mut Dice, facts: &Facts) -> String {
        if self.logs.is_empty() { fill("{stamp} {svc} no lines kept", facts) } else { fill(dice.text(&self.logs), facts) }
    }

    /// Markdown: mostly a lead, what is known and what to do; one in twenty five is pages long.
    pub(crate) fn description(&self, facts: &Facts) -> String {
        let mut dice = Dice::new(mix(facts.case, 17));
        let mut out = fill(dice.text(&self.leads), facts);
        let first = dice.index(self.details.len());
        let points: Vec<&String> = (0..dice.between(1, 3)).zip(self.details.iter().cycle().skip(first)).map(|(_, d)| d).collect();
        if dice.percent(55) {
            out.push_str("\n\n## What we know\n");
            for point in points {
                out.push_str("\n- ");
                out.push_str(&fill(point, facts));
            }
        } else {
            for point in points {
                out.push_str("\n\n");
                out.push_str(&fill(point, facts));
            }
        }
        if dice.percent(40) {
            out.push_str(&self.table(&mut dice, facts));
        }
        if dice.percent(45) {
            out.push_str("\n\n```\n");
            out.push_str(&self.log(&mut dice, facts));
            out.push_str("\n```");
        }
        if dice.percent(60) && !self.tasks.is_empty() {
            out.push_str("\n\n### Next\n");
            for task in &self.tasks {
                out.push_str(if dice.percent(35) { "\n- [x] " } else { "\n- [ ] " });
                out.push_str(&fill(task, facts));
            }
        }
        if dice.one_in(25) {
            self.appendix(&mut out, &mut dice, facts);
        }
        if dice.percent(15) {
            out.push_str(&fill("\n\nSee [the runbook](https://wiki.northwind.example/runbook/{svc}) and **{ticket}**.", facts));
        }
        out
    }

    fn table(&self, dice: &mut Dice, facts: &Facts) -> String {
        let kind = dice.pick(&self.records);
        let mut out = "\n\n| Indicator | Value |\n|:--|:--|".to_owned();
        for (column, value) in &kind.columns {
            add(&mut out, &["\n| ", column, " | `", &fill(value, facts), "` |"]);
        }
        out
    }

    /// Several kilobytes of evidence, as automation likes to paste it.
    fn appendix(&self, out: &mut String, dice: &mut Dice, facts: &Facts) {
        for section in 1..=dice.between(4, 9) {
            let local = Facts { case: mix(facts.case, 900 + section), ..*facts };
            add(out, &["\n\n## Evidence ", &section.to_string(), "\n\n", &fill(dice.text(&self.details), &local), "\n\n"]);
            let kind = dice.pick(&self.records);
            let names: Vec<&str> = kind.columns.iter().map(|(name, _)| name.as_str()).collect();
            add(out, &["| ", &names.join(" | "), " |\n|", &"---|".repeat(names.len())]);
            for row in 0..dice.between(3, 8) {
                let local = Facts { case: mix(facts.case, 2_000 + section * 16 + row), ..*facts };
                let cells: Vec<String> = kind.columns.iter().map(|(_, value)| fill(value, &local)).collect();
                add(out, &["\n| ", &cells.join(" | "), " |"]);
            }
            add(out, &["\n\n```log\n", &self.log(dice, &local), "\n```"]);
        }
    }
}

/// What people write whatever the case is about.
const CHATTER: [&str; 16] = [
    "Taking this one.",
    "Handing over to the next shift; the open point is {host}.",
    "Waiting for {person}, back at {hour}.",
    "Anything new here? The customer asks.",
    "Lowering the priority, nobody is affected any more.",
    "Same as {ticket}, I think.",
    "Please keep the evidence, legal may want it.",
    "Added the address {ip} to the watch list.",
    "Could not reach {email}. Trying again tomorrow.",
    "+1",
    "I will close this on Friday if it stays quiet.",
    "@{user} can you confirm?",
    "Reproduced on {host}.",
    "Numbers so far: {n} events, {small} people, {pct}% of them in {city}.",
    "The graph: https://graphs.northwind.example/d/{sha8}",
    "Verified with a second source.",
];
