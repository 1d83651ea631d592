//! The world moves: colleagues edit and comment, statuses advance, cases arrive and leave, at a pace that can be set or stopped.

use std::sync::Arc;
use std::time::Duration;

use super::Vendor;
use super::dice::{Dice, mix};
use super::people::{COLLEAGUES, PEOPLE};
use super::world::World;

/// At pace 1 something happens this often on average.
const BEAT_S: f64 = 4.0;
/// Most of what happens, happens to cases that an analyst has in view.
const IN_VIEW: usize = 60;
/// A pace beyond this would only burn the processor.
const SHORTEST_BEAT_S: f64 = 0.02;

/// Runs until the runtime ends.
pub(crate) async fn live(world: Arc<World>) {
    let mut dice = Dice::new(mix(world.seed, 0x11fe));
    loop {
        let pace = world.pace();
        if pace == 0.0 {
            world.pace_changed.notified().await;
            continue;
        }
        let jitter = f64::from(u32::try_from(dice.between(40, 160)).unwrap_or(100)) / 100.0;
        let wait = Duration::from_secs_f64((BEAT_S * jitter / pace).clamp(SHORTEST_BEAT_S, 3_600.0));
        tokio::select! {
            // The pace may have dropped to nothing in the same instant.
            () = tokio::time::sleep(wait) => if world.pace() > 0.0 { beat(&world, &mut dice) },
            () = world.pace_changed.notified() => {}
        }
    }
}

/// One thing happens. What a vendor refuses (a condition that forbids closing, an id that just left) simply does not happen.
fn beat(world: &World, dice: &mut Dice) {
    let vendor = Vendor::ALL[dice.weighted(&[45, 40, 15])];
    let what = dice.between(0, 99);
    if what < 14 {
        world.arrive(vendor);
        return;
    }
    let ids = recent(world, vendor);
    if ids.is_empty() {
        return;
    }
    let id = ids[dice.index(ids.len())].clone();
    let who = 1 + dice.index(COLLEAGUES - 1);
    let done = match what {
        14..50 => world.comment(vendor, &id, dice.text(&REMARKS), who),
        50..68 => world.edit(vendor, &id, "status", status(vendor, dice), who),
        68..82 => world.edit(vendor, &id, "assignee", PEOPLE[dice.index(COLLEAGUES)].email, who),
        82..94 => world.edit(vendor, &id, "priority", priority(vendor, dice), who),
        94..98 => world.edit(vendor, &id, "description", &format!("Rewritten during the shift: {}", dice.text(&REMARKS)), who),
        _ => world.remove(vendor, &id, who),
    };
    drop(done);
}

fn recent(world: &World, vendor: Vendor) -> Vec<String> {
    match vendor {
        Vendor::Datadog => world.datadog.recent(IN_VIEW),
        Vendor::Tines => world.tines.recent(IN_VIEW),
        Vendor::ServerOps => world.serverops.recent(IN_VIEW),
    }
}

fn status(vendor: Vendor, dice: &mut Dice) -> &'static str {
    match vendor {
        Vendor::Datadog => dice.text(&["In Progress", "In Progress", "Closed", "Open"]),
        Vendor::Tines => dice.text(&["Investigating", "Waiting on user", "Done", "To do", "False positive"]),
        Vendor::ServerOps => dice.text(&["closed", "open", "archived"]),
    }
}

fn priority(vendor: Vendor, dice: &mut Dice) -> &'static str {
    match vendor {
        Vendor::Datadog => dice.text(&["P1", "P2", "P3", "P4"]),
        Vendor::Tines | Vendor::ServerOps => dice.text(&["CRITICAL", "HIGH", "MEDIUM", "LOW"]),
    }
}

const REMARKS: [&str; 14] = [
    "Looking at it.",
    "Second report of the same thing just came in.",
    "The host answers again; watching for another hour.",
    "Asked the owner, no answer yet.",
    "Blocked at the proxy. **Keep open** until the logs are checked.",
    "Not ours, handing over.",
    "- [x] logs saved\n- [ ] owner told",
    "Can somebody from the night shift confirm?",
    "It was a test by the vendor.",
    "Raised: two more people affected.",
    "`dig` shows the old record everywhere.",
    "Closing soon unless somebody objects.",
    "Evidence is in the share.",
    "Paged the platform team.",
];
