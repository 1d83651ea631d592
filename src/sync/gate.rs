//! Who may ask a source for a single case next: what the person opened last goes first, prefetching goes last.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::sync::oneshot;

/// Requests for single cases in flight at one source; the list's pages are counted apart.
const IN_FLIGHT: usize = 4;
/// Of these, prefetching never takes more.
const LOW_IN_FLIGHT: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    /// A person looks at it or waits for it.
    High,
    /// A person may look at it soon.
    Low,
}

/// The gate of one source. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Gate {
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    high: usize,
    low: usize,
    /// The last one goes first.
    waiting_high: Vec<oneshot::Sender<Pass>>,
    /// The first one goes first.
    waiting_low: VecDeque<oneshot::Sender<Pass>>,
}

/// The right to ask; gives its place to the next when dropped.
pub(super) struct Pass {
    gate: Gate,
    urgency: Urgency,
}

impl Gate {
    /// Waits for a place.
    pub(super) async fn enter(&self, urgency: Urgency) -> Pass {
        let entered = {
            let mut state = self.state.borrow_mut();
            // Whoever was called off while every place was taken is not kept until one is free.
            state.waiting_high.retain(|turn| !turn.is_closed());
            state.waiting_low.retain(|turn| !turn.is_closed());
            if state.has_place(urgency) {
                None
            } else {
                let (turn, entered) = oneshot::channel();
                match urgency {
                    Urgency::High => state.waiting_high.push(turn),
                    Urgency::Low => state.waiting_low.push_back(turn),
                }
                Some(entered)
            }
        };
        if let Some(turn) = entered
            && let Ok(pass) = turn.await
        {
            return pass;
        }
        // Entered at once, or the waiting list is gone with the worker.
        self.pass(urgency)
    }

    /// Hands free places on. A waiter that was called off returns its pass, which lands here again.
    fn admit(&self) {
        loop {
            let (turn, urgency) = {
                let mut state = self.state.borrow_mut();
                if !state.waiting_high.is_empty() && state.has_place(Urgency::High) {
                    (state.waiting_high.pop(), Urgency::High)
                } else if !state.waiting_low.is_empty() && state.has_place(Urgency::Low) {
                    (state.waiting_low.pop_front(), Urgency::Low)
                } else {
                    return;
                }
            };
            let Some(turn) = turn else { return };
            if turn.is_closed() {
                continue;
            }
            let _ = turn.send(self.pass(urgency));
        }
    }

    fn pass(&self, urgency: Urgency) -> Pass {
        self.state.borrow_mut().take_place(urgency);
        Pass { gate: self.clone(), urgency }
    }
}

impl State {
    fn has_place(&self, urgency: Urgency) -> bool {
        let free = self.high + self.low < IN_FLIGHT;
        match urgency {
            Urgency::High => free,
            Urgency::Low => free && self.low < LOW_IN_FLIGHT && self.waiting_high.is_empty(),
        }
    }

    fn take_place(&mut self, urgency: Urgency) {
        match urgency {
            Urgency::High => self.high += 1,
            Urgency::Low => self.low += 1,
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        {
            let mut state = self.gate.state.borrow_mut();
            match self.urgency {
                Urgency::High => state.high -= 1,
                Urgency::Low => state.low -= 1,
            }
        }
        self.gate.admit();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Entering = Pin<Box<dyn Future<Output = Pass>>>;

    fn enter(gate: &Gate, urgency: Urgency) -> Entering {
        let gate = gate.clone();
        Box::pin(async move { gate.enter(urgency).await })
    }

    fn look(entering: &mut Entering) -> Option<Pass> {
        match entering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(pass) => Some(pass),
            Poll::Pending => None,
        }
    }

    #[test]
    fn the_last_opened_goes_first() {
        let gate = Gate::default();
        let mut inside: Vec<Pass> = (0..IN_FLIGHT).map(|_| look(&mut enter(&gate, Urgency::High)).unwrap()).collect();
        let (mut first, mut last) = (enter(&gate, Urgency::High), enter(&gate, Urgency::High));
        assert!(look(&mut first).is_none() && look(&mut last).is_none());
        inside.pop();
        assert!(look(&mut first).is_none());
        let _last = look(&mut last).unwrap();
        inside.pop();
        assert!(look(&mut first).is_some());
    }

    #[test]
    fn prefetching_keeps_to_its_share_and_behind() {
        let gate = Gate::default();
        let one = look(&mut enter(&gate, Urgency::Low)).unwrap();
        let _two = look(&mut enter(&gate, Urgency::Low)).unwrap();
        let mut three = enter(&gate, Urgency::Low);
        assert!(look(&mut three).is_none());
        let _high: Vec<Pass> = (0..2).map(|_| look(&mut enter(&gate, Urgency::High)).unwrap()).collect();
        let mut waiting = enter(&gate, Urgency::High);
        assert!(look(&mut waiting).is_none());
        drop(one);
        assert!(look(&mut three).is_none(), "the opened case goes before the prefetched one");
        let waiting = look(&mut waiting).unwrap();
        drop(waiting);
        assert!(look(&mut three).is_some());
    }

    #[test]
    fn one_that_was_called_off_keeps_no_place() {
        let gate = Gate::default();
        let mut inside: Vec<Pass> = (0..IN_FLIGHT).map(|_| look(&mut enter(&gate, Urgency::High)).unwrap()).collect();
        let (mut stays, mut called_off) = (enter(&gate, Urgency::High), enter(&gate, Urgency::High));
        assert!(look(&mut stays).is_none() && look(&mut called_off).is_none());
        drop(called_off);
        inside.pop();
        let stays = look(&mut stays).unwrap();
        drop(stays);
        inside.clear();
        let state = gate.state.borrow();
        assert_eq!((state.high, state.low, state.waiting_high.len(), state.waiting_low.len()), (0, 0, 0, 0));
    }

    #[test]
    fn a_flood_of_openings_that_are_called_off_leaves_nothing_waiting() {
        let gate = Gate::default();
        let inside: Vec<Pass> = (0..IN_FLIGHT).map(|_| look(&mut enter(&gate, Urgency::High)).unwrap()).collect();
        for _ in 0..10_000 {
            for urgency in [Urgency::High, Urgency::Low] {
                assert!(look(&mut enter(&gate, urgency)).is_none(), "every place is taken");
            }
            let state = gate.state.borrow();
            assert!(state.waiting_high.len() <= 1 && state.waiting_low.len() <= 1);
        }
        drop(inside);
        assert!(look(&mut enter(&gate, Urgency::High)).is_some());
    }

    #[test]
    fn a_place_given_to_one_that_is_called_off_at_once_is_passed_on() {
        let gate = Gate::default();
        let mut inside: Vec<Pass> = (0..IN_FLIGHT).map(|_| look(&mut enter(&gate, Urgency::High)).unwrap()).collect();
        let mut called_off = enter(&gate, Urgency::High);
        assert!(look(&mut called_off).is_none());
        inside.pop();
        drop(called_off);
        assert!(look(&mut enter(&gate, Urgency::High)).is_some());
    }
}
