//! How fast the world moves.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// The bits of an `f64`, and who waits for another.
pub(crate) struct Pace {
    bits: AtomicU64,
    changed: Notify,
}

impl Pace {
    pub(crate) fn new(pace: f64) -> Self {
        Self { bits: AtomicU64::new(pace.to_bits()), changed: Notify::new() }
    }

    /// 0 when the world stands still.
    pub(crate) fn get(&self) -> f64 {
        let pace = f64::from_bits(self.bits.load(Ordering::Relaxed));
        if pace.is_finite() && pace > 0.0 { pace } else { 0.0 }
    }

    pub(crate) fn set(&self, pace: f64) {
        self.bits.store(pace.to_bits(), Ordering::Relaxed);
        self.changed.notify_one();
    }

    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}
