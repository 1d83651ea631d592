//! Arenas: the text of many pieces in one string, each piece known by where it ends.

use memchr::memmem::Finder;

use super::bits::Bits;

/// The slot before; None: it is the first.
pub(super) fn before(slot: u32) -> Option<usize> {
    (slot as usize).checked_sub(1)
}

/// Offsets are 32 bits wide. An arena that is nearly full takes no more text; the row is still listed and ordered.
pub(super) fn room(len: usize) -> bool {
    const ONE_ROW: usize = 64 << 20;
    len < (u32::MAX as usize).saturating_sub(ONE_ROW)
}

/// [`room`] keeps every offset below the limit.
pub(super) fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The first piece from `piece` on that ends behind `hit`. A frequent word hits every piece or two, so near ones come first.
fn holder(ends: &[u32], piece: usize, hit: usize) -> usize {
    let (mut low, mut step) = (piece, 1);
    while ends.get(low + step - 1).is_some_and(|end| *end as usize <= hit) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(ends.len());
    low + ends[low..high].partition_point(|end| *end as usize <= hit)
}

/// One pass over the pieces of an arena: a piece that holds the word is left at its first hit.
pub(super) fn pieces_with(text: &str, ends: &[u32], finder: &Finder<'_>) -> Bits {
    let mut found = Bits::none(ends.len());
    let bytes = text.as_bytes();
    let (mut at, mut piece) = (0, 0);
    while let Some(hit) = bytes.get(at..).and_then(|rest| finder.find(rest)) {
        let hit = at + hit;
        piece = holder(ends, piece, hit);
        let Some(end) = ends.get(piece) else { break };
        found.set(u32::try_from(piece).unwrap_or(u32::MAX), true);
        at = *end as usize;
    }
    found
}
