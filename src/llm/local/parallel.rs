//! Work shared out over candle's own threads, without a second pool beside them.
//!
//! Candle's threads spin while they wait: another pool would compete with them for
//! the same cores. The pieces lie behind locks that nobody waits for (each is taken
//! once), which costs some nanoseconds a piece and needs no `unsafe`.

use std::sync::{Mutex, PoisonError};

use candle_core::utils::barrier_pool;

/// Calls `work` with each run of `size` numbers of `data` and its place; the last run may be shorter.
///
/// # Panics
/// Where `size` is 0, or `work` panics.
pub(super) fn runs<T: Send>(data: &mut [T], size: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    if data.len() <= size {
        if !data.is_empty() {
            work(0, data);
        }
        return;
    }
    let pieces: Vec<Mutex<&mut [T]>> = data.chunks_mut(size).map(Mutex::new).collect();
    barrier_pool().execute_chunked(pieces.len(), |range| {
        for place in range {
            work(place, &mut pieces[place].lock().unwrap_or_else(PoisonError::into_inner));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once() {
        for count in [0, 1, 7, 8, 9, 1_000] {
            let mut data = vec![0_usize; count];
            runs(&mut data, 8, |place, piece| piece.iter_mut().enumerate().for_each(|(n, to)| *to += place * 8 + n));
            assert!(data.into_iter().eq(0..count), "{count}");
        }
    }
}
