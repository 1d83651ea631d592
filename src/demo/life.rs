//! The world moves: colleagues edit and comment, statuses advance, cases arrive and leave, at a pace that can be set or stopped.

use std::sync::Arc;
use std::time::Duration;

use super::dice::{Dice, mix};
use super::people::{COLLEAGUES, PEOPLE};
use super::time::now_ms;
use super::vendor::Vendor;
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
        let pace = world.pace.get();
        if pace == 0.0 {
            world.pace.changed().await;
            continue;
        }
        let jitter = f64::from(u32::try_from(dice.between(40, 160)).unwrap_or(100)) / 100.0;
        let wait = Duration::from_secs_f64((BEAT_S * jitter / pace).clamp(SHORTEST_BEAT_S, 3_600.0));
        tokio::select! {
            // The pace may have dropped to nothing in the same instant.
            () = tokio::time::sleep(wait) => if world.pace.get() > 0.0 { beat(&world, &mut dice) },
            () = world.pace.changed() => {}
        }
    }
}

/// One thing happens. What a vendor refuses (a condition that forbids closing, an id that just left) simply does not happen.
fn beat(world: &World, dice: &mut Dice) {
    let vendor = world.service(Vendor::ALL[dice.weighted(&[45, 40, 15])]);
    let what = dice.between(0, 99);
    if what < 14 {
        vendor.arrive(now_ms());
        return;
    }
    let ids = vendor.newest(IN_VIEW);
    if ids.is_empty() {
        return;
    }
    let id = ids[dice.index(ids.len())].clone();
    let who = 1 + dice.index(COLLEAGUES - 1);
    let done = match what {
        14..50 => vendor.comment(&id, dice.text(&REMARKS), who),
        50..68 => vendor.edit(&id, "status", dice.text(vendor.statuses()), who),
        68..82 => vendor.edit(&id, "assignee", PEOPLE[dice.index(COLLEAGUES)].email, who),
        82..94 => vendor.edit(&id, "priority", dice.text(vendor.priorities()), who),
        94..98 => vendor.edit(&id, "description", &format!("Rewritten during the shift: {}", dice.text(&REMARKS)), who),
        _ => vendor.remove(&id, who),
    };
    drop(done);
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
