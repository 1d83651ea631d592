//! A list as CSV, for spreadsheets. Case titles are written by attackers, and spreadsheets run text that looks like a
//! formula: such cells are disarmed.

use std::borrow::Cow;
use std::io::Write;

use csv::Writer;
use jiff::Timestamp;

use crate::cli::run::stop::Stop;
use crate::domain::case::{Case, Level, State, Vendor};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::export::disarmed;

const HEADER: [&str; 17] = [
    "source",
    "vendor",
    "id",
    "key",
    "title",
    "state",
    "status",
    "level",
    "priority",
    "assignees",
    "assignee_emails",
    "tags",
    "created_at",
    "updated_at",
    "closed_at",
    "url",
    "description",
];

/// Between several people or tags in one cell.
const BETWEEN: &str = "; ";

pub(in crate::cli) struct Sheet<W: Write>(Writer<W>);

impl<W: Write> Sheet<W> {
    pub(in crate::cli) fn new(out: W) -> Result<Self, Stop> {
        let mut writer = Writer::from_writer(out);
        writer.write_record(HEADER)?;
        Ok(Self(writer))
    }

    pub(in crate::cli) fn add(&mut self, source: &str, vendor: Vendor, case: &Case) -> Result<(), Stop> {
        let row = &case.row;
        let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        let people = |part: fn(&Person) -> &str| row.assignees.iter().map(part).collect::<Vec<_>>().join(BETWEEN);
        let cells: [Cow<'_, str>; HEADER.len()] = [
            source.into(),
            vendor.name().into(),
            row.id.id.as_str().into(),
            row.key.as_str().into(),
            row.title.as_str().into(),
            row.status.state.map_or("", State::name).into(),
            row.status.name.as_str().into(),
            row.priority.as_ref().and_then(|priority| priority.level).map_or("", Level::name).into(),
            row.priority.as_ref().map_or("", |priority| priority.name.as_str()).into(),
            people(Person::label).into(),
            people(|person| person.email.as_str()).into(),
            row.tags.iter().map(Clean::as_str).collect::<Vec<_>>().join(BETWEEN).into(),
            time(row.created_at).into(),
            time(row.updated_at).into(),
            time(row.closed_at).into(),
            row.url.as_ref().map_or("", Clean::as_str).into(),
            case.description.as_str().into(),
        ];
        self.0.write_record(cells.into_iter().map(|cell| disarmed(cell).into_owned()))?;
        Ok(())
    }

    pub(in crate::cli) fn end(mut self) -> Result<(), Stop> {
        self.0.flush()?;
        Ok(())
    }
}
