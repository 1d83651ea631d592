//! Views: a name and a filter text, which holds the sort, the columns and the group too. Some come with the program;
//! the file adds to them, changes them, puts them into another order, or hides them.

/// More tabs than this are no order any more.
pub const MAX_VIEWS: usize = 40;
/// A tab is a few words.
pub const MAX_VIEW_NAME_CHARS: usize = 40;
/// What the filter line takes.
pub const MAX_QUERY_CHARS: usize = 1_000;
/// A column narrower than this shows nothing, and a wider one nothing else.
pub const MIN_COLUMN: u16 = 3;
pub const MAX_COLUMN: u16 = 60;

/// A named query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Unique without regard to case; at most [`MAX_VIEW_NAME_CHARS`].
    pub name: String,
    /// In the filter language, with `sort:`, `cols:` and `group:` where it has them.
    pub query: String,
    /// Columns of another width than their own, in cells, by the column's name in the filter language.
    pub widths: Vec<(String, u16)>,
    /// Look-alike cases are shown as one row with a count.
    pub fold: bool,
}

/// Name, query, whether look-alikes are folded.
const READY_MADE: &[(&str, &str, bool)] = &[
    ("All", "", false),
    ("My queue", "status:open assignee:me sort:sla", true),
    ("SLA risk", "status:open sla:<2h sort:sla", true),
    ("Unassigned", "status:open assignee:none sort:sla", true),
    ("Changed", "is:unseen sort:-updated", false),
    ("Snoozed", "is:snoozed sort:sla", false),
    ("Closed, mine", "status:closed assignee:me sort:-closed", false),
];

/// The views that need no configuration.
pub fn ready_made() -> Vec<View> {
    let view =
        |(name, query, fold): &(&str, &str, bool)| View { name: (*name).into(), query: (*query).into(), widths: Vec::new(), fold: *fold };
    READY_MADE.iter().map(view).collect()
}

/// What the file says about one view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Shown(View),
    /// A ready-made one as it is, for its place among the others.
    AsIs(String),
    Hidden(String),
}

impl Entry {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Shown(view) => &view.name,
            Self::AsIs(name) | Self::Hidden(name) => name,
        }
    }
}

/// What a file with these entries comes to: first the ready-made views that it does not mention, then its own in order.
pub(super) fn resolve(entries: Vec<Entry>) -> Vec<View> {
    let mut out: Vec<View> = unmentioned(&entries);
    for entry in entries {
        match entry {
            Entry::Shown(view) => out.push(view),
            Entry::AsIs(name) => out.extend(ready_made().into_iter().find(|view| is_same(&view.name, &name))),
            Entry::Hidden(_) => {}
        }
    }
    out
}

fn unmentioned(entries: &[Entry]) -> Vec<View> {
    let is_mentioned = |view: &View| entries.iter().any(|entry| is_same(entry.name(), &view.name));
    ready_made().into_iter().filter(|view| !is_mentioned(view)).collect()
}

pub fn is_ready_made(name: &str) -> bool {
    READY_MADE.iter().any(|(known, ..)| is_same(known, name))
}

/// `Night 2`, short enough for a name.
fn numbered(name: &str, number: usize) -> String {
    let end = format!(" {number}");
    let begin: String = name.chars().take(MAX_VIEW_NAME_CHARS - end.chars().count()).collect();
    begin.trim_end().to_owned() + &end
}

/// A query in words.
pub(crate) fn shows(query: &str) -> &str {
    if query.is_empty() { "every case" } else { query }
}

/// Names differ by more than the case of their letters.
pub fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The view that a person means: its name in any case, with blanks or `-` between the words, or the only name that
/// begins like that.
pub fn find<'v>(views: &'v [View], wanted: &str) -> Option<&'v View> {
    let plain = |name: &str| name.trim().to_lowercase().replace(['-', '_'], " ");
    let wanted = plain(wanted);
    let exact = views.iter().find(|view| plain(&view.name) == wanted);
    exact.or_else(|| {
        let mut like = views.iter().filter(|view| !wanted.is_empty() && plain(&view.name).starts_with(&wanted));
        like.next().filter(|_| like.next().is_none())
    })
}

/// A change that a person makes to the views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewChange {
    /// A new one at the end, or another content for the one of this name.
    Save(View),
    Rename {
        from: String,
        to: String,
    },
    /// To this place, from 0.
    Move {
        name: String,
        to: usize,
    },
    Delete(String),
}

impl ViewChange {
    /// The name of the view whose content it replaces or removes; None: it does neither.
    pub(crate) fn replaces(&self) -> Option<&str> {
        match self {
            Self::Save(view) => Some(&view.name),
            Self::Delete(name) => Some(name),
            Self::Rename { .. } | Self::Move { .. } => None,
        }
    }

    /// The change as it is made to views that others change, too; `known`: the view that it was meant to replace. One that
    /// somebody else has saved there since stays as it is, and the view of this change is kept under a name of its own.
    ///
    /// # Errors
    /// Words for a person: the view to delete is another one by now.
    pub fn beside(&self, views: &[View], known: Option<&View>) -> Result<Self, String> {
        let find = |name: &str| views.iter().find(|view| is_same(&view.name, name));
        let Some(other) = self.replaces().and_then(find).filter(|other| known.is_none_or(|known| !known.is_like(other))) else {
            return Ok(self.clone());
        };
        match self {
            Self::Save(view) if !view.is_like(other) => {
                let name = (2..=MAX_VIEWS + 2).map(|n| numbered(&view.name, n)).find(|name| find(name).is_none());
                Ok(Self::Save(View { name: name.unwrap_or_default(), ..view.clone() }))
            }
            Self::Delete(name) => Err(format!("somebody else has changed the view \"{name}\" since: it shows {} now", shows(&other.query))),
            _ => Ok(self.clone()),
        }
    }

    /// The views after the change.
    ///
    /// # Errors
    /// Words for a person: the name is taken, too long, or not there any more.
    pub fn apply(&self, views: &[View]) -> Result<Vec<View>, String> {
        let at = |name: &str| {
            let found = views.iter().position(|view| is_same(&view.name, name));
            found.ok_or_else(|| format!("there is no view \"{name}\" any more"))
        };
        let mut out = views.to_vec();
        match self {
            Self::Save(view) => {
                good_name(&view.name)?;
                match at(&view.name) {
                    // Its name stays as it is written.
                    Ok(at) => out[at] = View { name: out[at].name.clone(), ..view.clone() },
                    Err(_) if out.len() >= MAX_VIEWS => return Err(format!("{MAX_VIEWS} views are the most; delete one first")),
                    Err(_) => out.push(view.clone()),
                }
            }
            Self::Rename { from, to } => {
                good_name(to)?;
                let from = at(from)?;
                if at(to).is_ok_and(|taken| taken != from) {
                    return Err(format!("there is a view \"{to}\" already; choose another name"));
                }
                out[from].name.clone_from(to);
            }
            Self::Move { name, to } => {
                let view = out.remove(at(name)?);
                out.insert((*to).min(out.len()), view);
            }
            Self::Delete(_) if out.len() == 1 => return Err("the last view stays: there must be one to look at".into()),
            Self::Delete(name) => {
                out.remove(at(name)?);
            }
        }
        Ok(out)
    }
}

impl View {
    /// The same but for how its name is written.
    fn is_like(&self, other: &Self) -> bool {
        Self { name: other.name.clone(), ..self.clone() } == *other
    }
}

/// Whether a view can be called this.
///
/// # Errors
/// Words for a person: what is wrong with the name, and what to write.
pub fn good_name(name: &str) -> Result<(), String> {
    match name {
        _ if name.trim().is_empty() => Err("a view needs a name".into()),
        _ if name.trim() != name => Err("a name has no blanks at its ends".into()),
        _ if name.chars().any(char::is_control) => Err("a name is one line of text".into()),
        _ if name.chars().count() > MAX_VIEW_NAME_CHARS => Err(format!("{MAX_VIEW_NAME_CHARS} characters are the most for a name")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(views: &[View]) -> Vec<&str> {
        views.iter().map(|view| view.name.as_str()).collect()
    }

    #[test]
    fn a_view_that_somebody_else_has_saved_since_is_never_replaced() {
        let view = |name: &str, query: &str| View { name: name.into(), query: query.into(), ..View::default() };
        let (mine, theirs, before) = (view("night", "mine"), view("Night", "theirs"), view("Night", "before"));
        let save = ViewChange::Save(mine.clone());
        let views = [view("All", ""), theirs.clone()];
        let apart = |n: usize| Ok(ViewChange::Save(view(&format!("night {n}"), "mine")));
        assert_eq!(save.beside(&views, Some(&before)), apart(2));
        assert_eq!(save.beside(&views, None), apart(2), "it was to be a new one");
        assert_eq!(save.beside(&[theirs.clone(), view("NIGHT 2", "x")], None), apart(3));
        // Where it is as it was known, or says the same, or is gone, there is nothing to lose.
        assert_eq!(save.beside(&views, Some(&theirs)), Ok(save.clone()));
        assert_eq!(save.beside(&[view("NIGHT", "mine")], Some(&before)), Ok(save.clone()));
        assert_eq!(save.beside(&[view("All", "")], Some(&before)), Ok(save));
        let long = ViewChange::Save(view(&"x".repeat(MAX_VIEW_NAME_CHARS), "mine"));
        let Ok(ViewChange::Save(kept)) = long.beside(&[view(&"x".repeat(MAX_VIEW_NAME_CHARS), "theirs")], None) else { panic!() };
        assert_eq!((good_name(&kept.name), kept.name.ends_with("x 2")), (Ok(()), true));
        let delete = ViewChange::Delete("night".into());
        assert!(delete.beside(&views, Some(&before)).unwrap_err().contains("it shows theirs now"));
        assert_eq!(delete.beside(&views, Some(&theirs)), Ok(delete.clone()));
    }

    #[test]
    fn a_view_is_found_as_people_write_it() {
        let views = ready_made();
        for wanted in ["My queue", "my-queue", "MY_QUEUE", "my", " my queue "] {
            assert_eq!(find(&views, wanted).map(|view| view.name.as_str()), Some("My queue"), "{wanted}");
        }
        // `S` begins two of them.
        assert_eq!(find(&views, "s"), None);
        assert_eq!(find(&views, ""), None);
        assert_eq!(find(&views, "phish"), None);
    }

    #[test]
    fn changes_keep_the_others_and_refuse_what_cannot_be() {
        let views = ready_made();
        let moved = ViewChange::Move { name: "snoozed".into(), to: 0 }.apply(&views).unwrap();
        assert_eq!(names(&moved), ["Snoozed", "All", "My queue", "SLA risk", "Unassigned", "Changed", "Closed, mine"]);
        let far = ViewChange::Move { name: "All".into(), to: 99 }.apply(&views).unwrap();
        assert_eq!(names(&far).last(), Some(&"All"));
        let renamed = ViewChange::Rename { from: "All".into(), to: "all".into() }.apply(&views).unwrap();
        assert_eq!(names(&renamed)[0], "all");
        let taken = ViewChange::Rename { from: "All".into(), to: "SNOOZED".into() }.apply(&views);
        assert!(taken.unwrap_err().contains("already"));
        assert!(ViewChange::Delete("Nothing".into()).apply(&views).is_err());
        let one = vec![View { name: "One".into(), ..View::default() }];
        assert!(ViewChange::Delete("One".into()).apply(&one).unwrap_err().contains("last"));
        for bad in ["", " ", " x", "a\nb", &"x".repeat(MAX_VIEW_NAME_CHARS + 1)] {
            assert!(ViewChange::Save(View { name: bad.into(), ..View::default() }).apply(&views).is_err(), "{bad:?}");
        }
        let saved = ViewChange::Save(View { name: "my queue".into(), query: "x".into(), ..View::default() }).apply(&views).unwrap();
        assert_eq!((saved.len(), saved[1].name.as_str(), saved[1].query.as_str()), (views.len(), "My queue", "x"));
    }

    #[test]
    fn what_the_file_does_not_mention_comes_first() {
        let own = View { name: "Phish".into(), query: "tag:phish".into(), ..View::default() };
        let got = resolve(vec![Entry::Shown(own), Entry::Hidden("Snoozed".into()), Entry::AsIs("all".into())]);
        assert_eq!(names(&got), ["My queue", "SLA risk", "Unassigned", "Changed", "Closed, mine", "Phish", "All"]);
    }
}
