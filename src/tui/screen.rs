//! What a screen over the panes is: one interface, implemented once in each folder of `screens`, and called through the stack.
//!
//! A screen's keys act on the stack that it stands on, so they are functions of its type, not of the screen itself: many of them end
//! in closing it or in opening another.

use tui_textarea::TextArea;

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::left::Asked;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screens::{Overlay, each_screen};
use crate::tui::widgets::pen::Pen;

/// What is said of pasted text where nothing can be typed.
pub(in crate::tui) const NO_TEXT_HERE: &str = "pasted text has no place here; / or e opens a text field first";

/// A command, and the number that was typed before it; for a choice, its digit.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    pub action: Action,
    pub count: Option<u32>,
}

impl Press {
    /// How often it is carried out.
    pub fn times(self) -> usize {
        self.count.map_or(1, |count| count.max(1) as usize)
    }
}

/// A line to type, whose text is offered again once it is left.
pub struct Line<'a> {
    /// What the line is about, equal for equal boxes.
    pub place: String,
    /// What it began with: that alone is not worth keeping.
    pub begun: String,
    pub area: &'a mut TextArea<'static>,
}

pub(in crate::tui) trait Screen {
    /// Where its keys are looked up.
    fn scope(&self) -> Scope;

    /// How much of the screen it takes.
    fn shape(&self) -> Shape;

    /// Carries a command out; this screen is on top.
    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx);

    /// Takes a key that is text in this scope.
    fn type_key(_chord: Chord, _model: &mut Model, _panes: &mut Panes, _cx: &mut Cx) {}

    /// Takes pasted text: whole, never read as keys.
    fn paste(_text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        cx.say(Grade::Info, NO_TEXT_HERE);
    }

    /// Why a command of its scope cannot act now; None: it can.
    fn unavailable(&self, _action: Action, _scene: Scene<'_>) -> Option<String> {
        None
    }

    /// What it stands for is on its way to the disk: no key calls that off, and its end is still to be told.
    fn is_saving(&self) -> bool {
        false
    }

    /// The line whose text is worth keeping; None: it has none.
    fn line(&mut self) -> Option<Line<'_>> {
        None
    }

    /// What it asks of cases, and what is typed so far; None: it says nothing of cases.
    fn asked(&self) -> Option<Asked> {
        None
    }

    /// Leaves in its own way; false: it is taken off the stack as any other.
    fn leave(_model: &mut Model, _cx: &mut Cx) -> bool {
        false
    }

    /// Tells what leaving it means; it is off the stack already.
    fn left(&self, _model: &mut Model, _cx: &mut Cx) {}

    /// A box that is opened over it leaves it in sight.
    fn stays_below(&self) -> bool {
        false
    }

    /// Paints it; returns where its text's cursor is.
    fn draw(&self, pen: &mut Pen, area: Area, areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)>;
}

type Act = fn(Press, &mut Model, &mut Panes, &mut Cx);
type Type = fn(Chord, &mut Model, &mut Panes, &mut Cx);
type Paste = fn(&str, &mut Model, &mut Panes, &mut Cx);
type Leave = fn(&mut Model, &mut Cx) -> bool;

macro_rules! dispatch {
    ($($name:ident($screen:ty),)*) => {
        /// What is asked of the screen on top, whichever it is.
        impl Overlay {
            pub fn scope(&self) -> Scope {
                match self { $(Self::$name(screen) => screen.scope(),)* }
            }

            pub fn shape(&self) -> Shape {
                match self { $(Self::$name(screen) => screen.shape(),)* }
            }

            pub(in crate::tui) fn act(&self) -> Act {
                match self { $(Self::$name(_) => <$screen as Screen>::act as Act,)* }
            }

            pub(in crate::tui) fn type_key(&self) -> Type {
                match self { $(Self::$name(_) => <$screen as Screen>::type_key as Type,)* }
            }

            pub(in crate::tui) fn paste(&self) -> Paste {
                match self { $(Self::$name(_) => <$screen as Screen>::paste as Paste,)* }
            }

            pub(in crate::tui) fn leave(&self) -> Leave {
                match self { $(Self::$name(_) => <$screen as Screen>::leave as Leave,)* }
            }

            pub(in crate::tui) fn left(&self, model: &mut Model, cx: &mut Cx) {
                match self { $(Self::$name(screen) => screen.left(model, cx),)* }
            }

            pub(in crate::tui) fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
                match self { $(Self::$name(screen) => screen.unavailable(action, scene),)* }
            }

            pub(in crate::tui) fn is_saving(&self) -> bool {
                match self { $(Self::$name(screen) => screen.is_saving(),)* }
            }

            pub(in crate::tui) fn stays_below(&self) -> bool {
                match self { $(Self::$name(screen) => screen.stays_below(),)* }
            }

            pub(in crate::tui) fn line(&mut self) -> Option<Line<'_>> {
                match self { $(Self::$name(screen) => screen.line(),)* }
            }

            pub(in crate::tui) fn asked(&self) -> Option<Asked> {
                match self { $(Self::$name(screen) => screen.asked(),)* }
            }

            pub(in crate::tui) fn draw(&self, pen: &mut Pen, area: Area, areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
                match self { $(Self::$name(screen) => screen.draw(pen, area, areas, scene),)* }
            }
        }
    };
}

each_screen!(dispatch);
