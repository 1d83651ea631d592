//! The judge of the random sittings: it knows what the vendors have, what the person was shown and typed, and nothing of
//! how the program works. What it cannot explain is a fault.

use std::collections::{BTreeMap, BTreeSet};

use caseload::demo::{Demo, Truth, Vendor};

/// What is wrong, in a sentence.
pub type Verdict = Result<(), String>;
/// Vendor and id.
pub type Name = (Vendor, String);

pub const ME: &str = "mara.lindqvist@northwind.example";

/// A part of a case that is changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Title,
    Description,
    Status,
    Priority,
    Assignees,
    Tags,
    Attributes,
    Comments,
    Listed,
}

impl Field {
    const ALL: [Self; 9] = [
        Self::Title,
        Self::Description,
        Self::Status,
        Self::Priority,
        Self::Assignees,
        Self::Tags,
        Self::Attributes,
        Self::Comments,
        Self::Listed,
    ];

    /// Its members, one for a plain value.
    pub fn of(self, truth: &Truth) -> Vec<String> {
        match self {
            Self::Title => vec![truth.title.clone()],
            Self::Description => truth.description.iter().cloned().collect(),
            Self::Status => vec![truth.status.clone()],
            Self::Priority => vec![truth.priority.clone()],
            Self::Assignees => truth.assignees.clone(),
            Self::Tags => truth.tags.clone(),
            Self::Attributes => {
                truth.attributes.iter().flat_map(|(key, values)| values.iter().map(move |value| format!("{key}:{value}"))).collect()
            }
            Self::Comments => truth.comments.clone(),
            Self::Listed => vec![truth.is_listed.to_string()],
        }
    }

    /// Its members have no order, and are added and removed one by one.
    fn is_set(self) -> bool {
        matches!(self, Self::Assignees | Self::Tags | Self::Attributes)
    }
}

/// What a person wants of one field of one case.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// This and nothing else, byte for byte.
    Set(Field, Vec<String>),
    Add(Field, String),
    Remove(Field, String),
    Comment(String),
    /// One of the closed, or one of the open ones; what the program picks is its affair.
    Open(bool),
    /// Something of this field: a colleague was at it too, so what comes of it is merged.
    Some(Field),
}

impl Wish {
    pub fn field(&self) -> Field {
        match self {
            Self::Set(field, _) | Self::Add(field, _) | Self::Remove(field, _) | Self::Some(field) => *field,
            Self::Comment(_) => Field::Comments,
            Self::Open(_) => Field::Status,
        }
    }

    /// The case is as wished.
    pub fn holds(&self, now: &Truth, comments_before: usize) -> bool {
        let members = self.field().of(now);
        match self {
            Self::Set(field, wanted) if field.is_set() => sorted(&members) == sorted(wanted),
            Self::Set(Field::Description, wanted) => members.concat() == wanted.concat(),
            Self::Set(Field::Status, wanted) => members.concat().eq_ignore_ascii_case(&wanted.concat()),
            Self::Set(_, wanted) => members == *wanted,
            Self::Add(_, member) => members.contains(member),
            Self::Remove(_, member) => !members.contains(member),
            Self::Comment(text) => members.iter().skip(comments_before).any(|known| known == text),
            Self::Open(open) => now.is_open == *open,
            Self::Some(_) => false,
        }
    }
}

fn sorted(members: &[String]) -> Vec<&String> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort();
    sorted
}

/// A wish that was confirmed, and what has become of it.
#[derive(Clone, Debug)]
pub struct Order {
    pub case: Name,
    pub wish: Wish,
    pub fate: Fate,
    /// Comments that were there when it was given.
    comments: usize,
    /// What the field was before it landed. None: not for the judge to say.
    pub before: Option<Vec<String>>,
    /// The person took it back, and has not made it again.
    pub is_undone: bool,
    /// No key of this sitting takes it back: it did that itself, was made again, or is of a command or an earlier sitting.
    is_spent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Open,
    /// The vendor has it, or had it.
    Landed,
    /// The person gave it up.
    GivenUp,
    /// The command was killed before anybody saw it on disk: it may come, and need not.
    Doubted,
}

/// Everything that the judge knows.
pub struct Book {
    pub world: BTreeMap<Name, Truth>,
    pub orders: Vec<Order>,
    /// Cases that changed at the vendor since their list was last read to its end.
    pub moved: BTreeSet<Name>,
    /// Texts that were typed and left, by case.
    pub typed: BTreeMap<Name, String>,
    /// Cases as the person knew them before a colleague changed them, until they are looked at.
    pub news: BTreeMap<Name, Truth>,
    /// Cases that colleagues have ever changed.
    pub touched: BTreeSet<Name>,
    /// What was on its way, or waited for the person, when it was last looked at.
    pub waiting: Vec<(Name, Wish)>,
}

pub fn look(demo: &Demo) -> BTreeMap<Name, Truth> {
    Vendor::ALL.into_iter().flat_map(|vendor| demo.truth(vendor)).map(|truth| ((truth.vendor, truth.id.clone()), truth)).collect()
}

impl Book {
    pub fn new(demo: &Demo) -> Self {
        let world = look(demo);
        Self {
            moved: world.keys().cloned().collect(),
            world,
            orders: Vec::new(),
            typed: BTreeMap::new(),
            news: BTreeMap::new(),
            touched: BTreeSet::new(),
            waiting: Vec::new(),
        }
    }

    pub fn truth(&self, case: &Name) -> Option<&Truth> {
        self.world.get(case)
    }

    /// The person has said yes to this.
    pub fn ordered(&mut self, case: &Name, wish: Wish) {
        let comments = self.truth(case).map_or(0, |truth| truth.comments.len());
        let before = Some(self.truth(case).map(|truth| wish.field().of(truth)).unwrap_or_default());
        // Of a case that is closed already, or open, another status of that kind may come: its state tells nothing of it.
        let is_so = matches!(wish, Wish::Open(_)) && self.truth(case).is_some_and(|truth| wish.holds(truth, comments));
        let wish = if is_so { Wish::Some(Field::Status) } else { wish };
        self.orders.push(Order { case: case.clone(), wish, fate: Fate::Open, comments, before, is_undone: false, is_spent: false });
    }

    /// What was ordered from number `first` on is not what is taken back next.
    pub fn spend(&mut self, first: usize) {
        for order in &mut self.orders[first..] {
            order.is_spent = true;
        }
    }

    /// What taking back the last change of a field means: it was that of this person, and becomes what it was.
    /// What a colleague has put in the place of it since stays theirs.
    pub fn undo(&mut self, case: &Name, is_meant: impl Fn(Field) -> bool) -> Option<Wish> {
        // Of what was merged nothing tells whether it has landed.
        let is_made = |order: &Order| order.fate == Fate::Landed || (order.fate == Fate::Open && matches!(order.wish, Wish::Some(_)));
        let is_it = |order: &Order| order.case == *case && is_made(order) && is_meant(order.wish.field());
        let is_left = |order: &Order| is_it(order) && !order.is_undone && !order.is_spent;
        // Taking back was given up: it is taken back once more.
        let at = self.orders.iter().rposition(is_left).or_else(|| self.orders.iter().rposition(is_it))?;
        let order = &mut self.orders[at];
        order.is_undone = true;
        let field = order.wish.field();
        let is_there = self.world.get(case).is_some_and(|truth| order.wish.holds(truth, 0));
        Some(match (&order.before, &order.wish) {
            // Who was put on is taken off; whom a colleague puts on instead meanwhile stays.
            (Some(before), Wish::Set(Field::Assignees, who)) if is_there && before.is_empty() && who.len() == 1 => {
                Wish::Remove(Field::Assignees, who[0].clone())
            }
            (Some(before), _) if is_there && !matches!(order.wish, Wish::Some(_)) => Wish::Set(field, before.clone()),
            _ => Wish::Some(field),
        })
    }

    /// What making again means: the change that was taken back last, byte for byte, unless a colleague was at it meanwhile.
    pub fn redo(&mut self, case: &Name, is_meant: impl Fn(Field) -> bool) -> Option<Wish> {
        let mut orders = self.orders.iter_mut().filter(|order| order.case == *case && is_meant(order.wish.field()));
        let order = orders.rfind(|order| order.is_undone)?;
        (order.is_undone, order.is_spent) = (false, true);
        let field = order.wish.field();
        let is_as_before = self.world.get(case).is_some_and(|truth| Some(field.of(truth)) == order.before);
        Some(if is_as_before || field == Field::Comments { order.wish.clone() } else { Wish::Some(field) })
    }

    /// The person has wished otherwise of the same field since, and that is there: both left between two looks of the judge.
    pub fn is_overtaken(&self, order: &Order) -> bool {
        order.wish.field() != Field::Comments && self.later(order).any(|later| later.fate == Fate::Landed)
    }

    /// What was wished of the same field of the same case since.
    fn later<'a>(&'a self, order: &'a Order) -> impl Iterator<Item = &'a Order> {
        let later = self.orders.iter().rev().take_while(move |later| !std::ptr::eq(*later, order));
        later.filter(move |later| later.case == order.case && later.wish.field() == order.wish.field())
    }

    /// What was sent just before another one of the same field was there in between: taking back the later one brings it. A
    /// text may have been in the form of the later one instead, and never left alone.
    pub fn chain(&mut self) {
        for at in 0..self.orders.len() {
            let (earlier, later) = self.orders.split_at_mut(at + 1);
            let Order { case, wish, fate: fate @ Fate::Open, .. } = &mut earlier[at] else { continue };
            let Wish::Set(field, value) = &*wish else { continue };
            let is_next = |next: &&mut Order| next.case == *case && next.wish.field() == *field && next.fate == Fate::Landed;
            let waits = self.waiting.iter().any(|(of, known)| of == case && known == wish);
            if let Some(next) = later.iter_mut().find(is_next).filter(|_| !waits) {
                let may_be_within = matches!(field, Field::Title | Field::Description);
                (next.before, *fate) = ((!may_be_within).then(|| value.clone()), Fate::Landed);
            }
        }
        // What a later form took over is not wished alone any more.
        let waits = |order: &Order| self.waiting.iter().any(|(case, wish)| *case == order.case && *wish == order.wish);
        let is_past = |order: &Order| order.fate == Fate::Open && !waits(order) && self.is_overtaken(order);
        let past: Vec<usize> = (0..self.orders.len()).filter(|at| is_past(&self.orders[*at])).collect();
        for at in past {
            self.orders[at].fate = Fate::Landed;
        }
    }

    /// A form offers the text that waits already, and takes its place: what came of it holds that text, and is one edit with it,
    /// so that taking it back takes back both.
    pub fn unite(&mut self) {
        let is_within = |order: &Order| match (&order.wish, self.truth(&order.case)) {
            (Wish::Set(field @ (Field::Title | Field::Description), text), Some(truth)) => {
                field.of(truth).concat().contains(&text.concat())
            }
            _ => false,
        };
        let waits = |order: &Order| self.waiting.iter().any(|(case, wish)| *case == order.case && *wish == order.wish);
        let is_merged = |order: &Order| self.later(order).any(|later| matches!(later.wish, Wish::Some(_)));
        let is_one = |order: &Order| order.fate == Fate::Open && is_within(order) && is_merged(order) && !waits(order);
        let mut alone: Vec<bool> = self.orders.iter().map(|order| !is_one(order)).collect();
        alone.reverse();
        self.orders.retain(|_| alone.pop().unwrap_or(true));
    }

    /// What was ordered of a case, and what became of it.
    pub fn told_of(&self, case: &Name) -> Vec<(&Wish, Fate)> {
        self.orders.iter().filter(|order| order.case == *case).map(|order| (&order.wish, order.fate)).collect()
    }

    pub fn open_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| order.fate == Fate::Open)
    }

    /// The person gives up what is still open of a case and is one of these. False: nothing is.
    pub fn give_up(&mut self, case: &Name, is_meant: impl Fn(&Wish) -> bool) -> bool {
        let mut is_any = false;
        for order in self.orders.iter_mut().filter(|order| order.case == *case && order.fate == Fate::Open && is_meant(&order.wish)) {
            order.fate = Fate::GivenUp;
            is_any = true;
        }
        is_any
    }

    /// How often this is wished and not known to have ended.
    pub fn open(&self, case: &Name, wish: &Wish) -> usize {
        self.orders.iter().filter(|order| order.case == *case && order.fate == Fate::Open && order.wish == *wish).count()
    }

    /// The person gives up one such wish: where it was given twice, the one before stands. False: nothing like it is open.
    pub fn give_up_last(&mut self, case: &Name, wish: &Wish) -> bool {
        let is_it = |order: &&mut Order| order.case == *case && order.fate == Fate::Open && order.wish == *wish;
        let last = self.orders.iter_mut().rfind(is_it);
        last.map(|order| order.fate = Fate::GivenUp).is_some()
    }

    /// As [`Self::give_up_last`], and it may come all the same.
    pub fn doubt_last(&mut self, case: &Name, wish: &Wish) {
        let is_it = |order: &&mut Order| order.case == *case && order.fate == Fate::Open && order.wish == *wish;
        if let Some(last) = self.orders.iter_mut().rfind(is_it) {
            last.fate = Fate::Doubted;
        }
    }

    /// As [`Self::give_up_last`] by taking back, which can be made again.
    pub fn take_back_last(&mut self, case: &Name, is_meant: impl Fn(&Wish) -> bool) -> bool {
        let is_it = |order: &&mut Order| order.case == *case && order.fate == Fate::Open && is_meant(&order.wish);
        let last = self.orders.iter_mut().rfind(is_it);
        last.map(|order| (order.is_undone, order.fate) = (true, Fate::GivenUp)).is_some()
    }

    /// A box offers what was typed there, and before it the comments that were taken back since.
    pub fn is_offered(&self, case: &Name, offered: &str, typed: &str) -> bool {
        let is_given_up = |order: &&Order| order.case == *case && order.fate == Fate::GivenUp;
        let mut comments = self.orders.iter().filter(is_given_up).filter_map(|order| match &order.wish {
            Wish::Comment(text) => Some(text),
            _ => None,
        });
        offered == typed
            || comments.any(|text| {
                let rest = offered.strip_prefix(text.as_str());
                rest.is_some_and(|rest| rest.is_empty() && typed.is_empty())
                    || rest.and_then(|rest| rest.strip_prefix("\n\n")).is_some_and(|rest| self.is_offered(case, rest, typed))
            })
    }

    /// Fields of a case of which the person gave something up.
    pub fn given_up(&self, case: &Name) -> impl Iterator<Item = Field> {
        self.orders.iter().filter(move |order| order.case == *case && order.fate == Fate::GivenUp).map(|order| order.wish.field())
    }

    /// What comes of a field is merged by the person, and is theirs to word: also of what had landed, and a colleague
    /// overwrote.
    pub fn loosen(&mut self, case: &Name, field: Field) {
        let is_it = |order: &&mut Order| order.case == *case && order.wish.field() == field;
        if let Some(order) = self.orders.iter_mut().rfind(is_it).filter(|order| order.fate == Fate::Landed) {
            order.fate = Fate::Open;
        }
        for order in self.orders.iter_mut().filter(is_it).filter(|order| order.fate == Fate::Open) {
            order.wish = Wish::Some(field);
        }
    }

    /// A colleague has just done something: from here on that is the world, whatever the person wants of the same field.
    pub fn colleague(&mut self, demo: &Demo, case: Name) {
        let now = look(demo);
        self.touched.insert(case);
        for (name, truth) in &now {
            let Some(before) = self.world.get(name).filter(|before| *before != truth) else {
                if !self.world.contains_key(name) {
                    self.moved.insert(name.clone());
                    self.touched.insert(name.clone());
                }
                continue;
            };
            if self.moved.insert(name.clone()) {
                self.news.entry(name.clone()).or_insert_with(|| before.clone());
            }
            for order in self.orders.iter_mut().filter(|order| order.case == *name && order.fate == Fate::Open) {
                let field = order.wish.field();
                if field == Field::Comments {
                    continue;
                }
                if field.of(before) != field.of(truth) && matches!(field, Field::Title | Field::Description) {
                    order.wish = Wish::Some(field);
                }
            }
        }
        self.world = now;
    }

    /// What has changed at the vendors is what was ordered, byte for byte, and nothing twice.
    pub fn compare(&mut self, demo: &Demo) -> Verdict {
        let now = look(demo);
        for (name, truth) in &now {
            let Some(before) = self.world.get(name).cloned() else { return Err(format!("{name:?} appeared by itself")) };
            for field in Field::ALL {
                self.explain(name, field, &before, truth)?;
            }
        }
        if let Some(lost) = self.world.keys().find(|name| !now.contains_key(*name)) {
            return Err(format!("{lost:?} is not at its vendor any more"));
        }
        self.world = now;
        for at in 0..self.orders.len() {
            let order = &self.orders[at];
            let holds = self.world.get(&order.case).is_some_and(|truth| order.wish.holds(truth, order.comments));
            if order.fate == Fate::Open && holds && !self.is_of_another(order) {
                self.orders[at].fate = Fate::Landed;
            }
        }
        Ok(())
    }

    /// Of comments that read the same each lands by itself: this one is there for orders that have landed.
    fn is_of_another(&self, order: &Order) -> bool {
        let (Wish::Comment(text), Some(truth)) = (&order.wish, self.world.get(&order.case)) else { return false };
        let same = || self.orders.iter().filter(|other| other.case == order.case && other.wish == order.wish);
        let before = same().map(|first| first.comments).min().unwrap_or_default();
        let came = truth.comments.iter().skip(before).filter(|known| *known == text).count();
        came <= same().filter(|other| other.fate == Fate::Landed).count()
    }

    fn explain(&mut self, name: &Name, field: Field, before: &Truth, now: &Truth) -> Verdict {
        let (was, is) = (field.of(before), field.of(now));
        if was == is {
            return Ok(());
        }
        let said = || format!("{} {}: {field:?} went from {was:?} to {is:?}", name.0.name(), now.key);
        if field == Field::Comments {
            return self.explain_comments(name, &was, &is).map_err(|why| format!("{}: {why}", said()));
        }
        // What the case showed already when it was ordered, or once, counts as landed, though it waits: a colleague may have
        // taken it back before it left.
        let waits =
            |order: &Order| order.fate == Fate::Landed && self.waiting.iter().any(|(case, wish)| case == name && *wish == order.wish);
        let is_open = |order: &&Order| order.case == *name && (matches!(order.fate, Fate::Open | Fate::Doubted) || waits(order));
        let wishes: Vec<Wish> = self.orders.iter().filter(is_open).map(|order| order.wish.clone()).collect();
        let about = || wishes.iter().filter(|wish| wish.field() == field);
        let is_licensed = about().any(|wish| match wish {
            Wish::Some(_) => true,
            Wish::Set(..) | Wish::Open(_) => wish.holds(now, 0),
            _ => false,
        }) || (field.is_set() && members_are_licensed(about(), &was, &is));
        // To take a case starts it, where a project has it so.
        let is_side_effect = name.0 == Vendor::Datadog && field == Field::Status && wishes.iter().any(is_about_me);
        // Closing by the plain status of a vendor, or archiving by one.
        if is_licensed || is_side_effect {
            return Ok(());
        }
        Err(format!("{}, and nobody ordered that; ordered were {:?}", said(), self.told_of(name)))
    }

    /// Comments are only added, each as it was typed, and each as often as it was ordered.
    fn explain_comments(&mut self, name: &Name, was: &[String], is: &[String]) -> Verdict {
        if !is.starts_with(was) {
            return Err("old comments are not as they were".into());
        }
        for text in &is[was.len()..] {
            let wanted = Wish::Comment(text.clone());
            let may_come = |order: &Order| matches!(order.fate, Fate::Open | Fate::Doubted);
            match self.orders.iter_mut().find(|order| order.case == *name && may_come(order) && order.wish == wanted) {
                Some(order) => order.fate = Fate::Landed,
                None => return Err(format!("nobody ordered the comment {text:?} (once more)")),
            }
        }
        Ok(())
    }
}

fn is_about_me(wish: &Wish) -> bool {
    match wish {
        Wish::Add(Field::Assignees, mail) => mail == ME,
        Wish::Set(Field::Assignees, mails) => mails.iter().any(|mail| mail == ME),
        _ => false,
    }
}

/// What came was to be added, what went was to be removed, and what stayed kept its order.
fn members_are_licensed<'a>(wishes: impl Iterator<Item = &'a Wish>, was: &[String], is: &[String]) -> bool {
    let (mut adds, mut removes) = (Vec::new(), Vec::new());
    for wish in wishes {
        match wish {
            Wish::Add(_, member) => adds.push(member),
            Wish::Remove(_, member) => removes.push(member),
            _ => {}
        }
    }
    let came = is.iter().filter(|member| !was.contains(member));
    let went = was.iter().filter(|member| !is.contains(member));
    let kept = |of: &[String], other: &[String]| of.iter().filter(|member| other.contains(member)).cloned().collect::<Vec<_>>();
    came.into_iter().all(|member| adds.contains(&member))
        && went.into_iter().all(|member| removes.contains(&member))
        && kept(is, was) == kept(was, is)
}

type Holds = Box<dyn Fn(&Truth) -> Option<bool>>;

/// A filter and what it means, read by somebody else than the program. None: not for this judge to say.
pub struct Asked {
    pub text: String,
    pub holds: Holds,
}

impl Asked {
    /// What a tab counts; None: not for this judge to say.
    pub fn of_view(query: &str) -> Option<Self> {
        let is_closed = |truth: &Truth| (truth.status != "archived").then_some(!truth.is_open && is_mine(truth));
        Some(match query {
            "" => Self::new(query, |_| Some(true)),
            "status:open assignee:me sort:sla" => Self::new(query, |truth| Some(truth.is_open && is_mine(truth))),
            "status:open assignee:none sort:sla" => Self::new(query, |truth| Some(truth.is_open && truth.assignees.is_empty())),
            "status:closed assignee:me sort:-closed" => Self::new(query, is_closed),
            _ => return None,
        })
    }

    fn new(text: impl Into<String>, holds: impl Fn(&Truth) -> Option<bool> + 'static) -> Self {
        Self { text: text.into(), holds: Box::new(holds) }
    }
}

/// P1 and CRITICAL are 1; None where the vendor has none or leaves it open.
fn level(truth: &Truth) -> Option<u8> {
    match truth.priority.as_str() {
        "P1" | "CRITICAL" => Some(1),
        "P2" | "HIGH" => Some(2),
        "P3" | "MEDIUM" => Some(3),
        "P4" | "LOW" => Some(4),
        "P5" | "INFO" => Some(5),
        _ => None,
    }
}

/// Words of a vendor that no scale has.
fn is_off_scale(truth: &Truth) -> bool {
    matches!(truth.priority.as_str(), "P0" | "URGENT")
}

fn is_mine(truth: &Truth) -> bool {
    truth.assignees.iter().any(|mail| mail == ME)
}

/// The filters that the sittings ask, the views among them. `tag` is one that some case of Tines has.
pub fn filters(tag: &str) -> Vec<Asked> {
    let on_scale = |truth: &Truth, holds: bool| (!is_off_scale(truth)).then_some(holds);
    let tag = tag.to_owned();
    vec![
        Asked::new("", |_| Some(true)),
        Asked::new("status:open", |truth| Some(truth.is_open)),
        Asked::new("-status:open", |truth| Some(!truth.is_open)),
        Asked::new("src:dd", |truth| Some(truth.vendor == Vendor::Datadog)),
        Asked::new("src:tn status:open", |truth| Some(truth.vendor == Vendor::Tines && truth.is_open)),
        Asked::new("src:dd OR src:so", |truth| Some(truth.vendor != Vendor::Tines)),
        Asked::new("assignee:me", |truth| Some(is_mine(truth))),
        Asked::new("assignee:none status:open", |truth| Some(truth.assignees.is_empty() && truth.is_open)),
        Asked::new("-assignee:me src:dd", |truth| Some(truth.vendor == Vendor::Datadog && !is_mine(truth))),
        Asked::new("priority:P2", move |truth| on_scale(truth, level(truth) == Some(2))),
        Asked::new("priority:>=high", move |truth| on_scale(truth, level(truth).is_some_and(|level| level <= 2))),
        Asked::new("(priority:P1..P3 OR assignee:me) status:open", move |truth| {
            on_scale(truth, (level(truth).is_some_and(|level| level <= 3) || is_mine(truth)) && truth.is_open)
        }),
        Asked::new(format!("tag:=\"{tag}\" src:tn"), move |truth| Some(truth.vendor == Vendor::Tines && truth.tags.contains(&tag))),
        Asked::new("status:open assignee:me sort:sla", |truth| Some(truth.is_open && is_mine(truth))),
        Asked::new("status:closed assignee:me", |truth| (truth.status != "archived").then_some(!truth.is_open && is_mine(truth))),
    ]
}
