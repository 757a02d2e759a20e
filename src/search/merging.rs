//! Which segments are written again after a commit. A segment that holds removed
//! text always is: that text must leave the disk. Others are joined so that sizes
//! grow geometrically, which keeps them few and writes each entry again only a
//! logarithmic number of times. A full segment is left alone: the price of
//! removing one document stays that of rewriting [`LARGEST`] entries, however
//! many documents there are.

/// Most entries of a segment that joining makes; one that is made otherwise may be larger.
const LARGEST: u64 = 50_000;
/// From here on a segment is full.
const FULL: u64 = LARGEST / 2;
/// Segments below this are joined whenever there are two: writing them again costs next to nothing.
const SMALL: u64 = 1_000;

/// What is known of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Entries that are not removed.
    pub(super) alive: u64,
    /// Whether it holds removed ones.
    pub(super) removed: bool,
}

/// Groups of segments, by their places in `sizes`, each to be written as one segment.
/// A group of one is a segment that is to lose what was removed.
pub(super) fn groups(sizes: &[Size]) -> Vec<Vec<usize>> {
    let mut open: Vec<usize> = (0..sizes.len()).filter(|at| sizes[*at].alive < FULL).collect();
    open.sort_by_key(|at| sizes[*at].alive);
    // Up to the largest that is no larger than all smaller ones together, all are joined.
    let (mut joined, mut smaller) = (0, 0);
    for (count, at) in (1..).zip(&open) {
        let alive = sizes[*at].alive;
        if count > 1 && (alive < SMALL || alive < smaller) {
            joined = count;
        }
        smaller += alive;
    }
    let full = (0..sizes.len()).filter(|at| sizes[*at].alive >= FULL);
    let mut groups: Vec<Vec<usize>> =
        full.chain(open.split_off(joined)).filter(|at| sizes[*at].removed).map(|at| vec![at]).collect();
    let (mut group, mut sum) = (Vec::new(), 0);
    for at in open {
        if sum + sizes[at].alive > LARGEST {
            groups.push(std::mem::take(&mut group));
            sum = 0;
        }
        sum += sizes[at].alive;
        group.push(at);
    }
    groups.push(group);
    groups.retain(|group| group.len() > 1 || group.first().is_some_and(|at| sizes[*at].removed));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does what the groups say; the number of entries that were written for it.
    fn tidy(segments: &mut Vec<Size>) -> u64 {
        let groups = groups(segments);
        let mut touched: Vec<usize> = groups.iter().flatten().copied().collect();
        touched.sort_unstable();
        assert!(touched.windows(2).all(|pair| pair[0] < pair[1]), "no segment twice: {groups:?}");
        let made: Vec<Size> = groups
            .iter()
            .map(|group| Size { alive: group.iter().map(|at| segments[*at].alive).sum(), removed: false })
            .collect();
        for at in touched.into_iter().rev() {
            segments.remove(at);
        }
        segments.extend(&made);
        made.iter().map(|size| size.alive).sum()
    }

    /// Batches of equal size until `total` is reached: entries written again per entry, and most segments.
    fn grow(batch: u64, total: u64) -> (u64, usize) {
        let (mut segments, mut written, mut most) = (Vec::new(), 0, 0);
        for _ in 0..total / batch {
            segments.push(Size { alive: batch, removed: false });
            written += tidy(&mut segments);
            most = most.max(segments.len());
        }
        assert_eq!(segments.iter().map(|size| size.alive).sum::<u64>(), total / batch * batch);
        (written / total, most)
    }

    #[test]
    fn batches_of_any_size_are_written_again_a_few_times_and_stay_few() {
        // 300,000 entries are at most 12 full segments, and what is on its way to become one.
        for (batch, written, segments) in [(3, 300, 20), (100, 20, 20), (1_000, 6, 20), (3_000, 4, 20), (30_000, 0, 12)]
        {
            let (again, most) = grow(batch, 300_000);
            assert!(again <= written && most <= segments, "{batch}: {again} times, {most} segments");
        }
    }

    #[test]
    fn what_an_entry_costs_grows_with_the_logarithm_only() {
        let (small, _) = grow(2_000, 40_000);
        let (large, most) = grow(2_000, 4_000_000);
        assert!(large <= small + 4, "{small} times for 40,000, {large} for 4,000,000");
        assert!(most <= 4_000_000 / 25_000 + 6, "{most}");
    }

    #[test]
    fn removed_text_is_written_off_and_the_rest_left_alone() {
        let size = |alive, removed| Size { alive, removed };
        assert_eq!(groups(&[size(50_000, false), size(49_000, true), size(8_000, false)]), [[1]]);
        assert_eq!(groups(&[size(50_000, false), size(8_000, true), size(2_000, false)]), [[1]]);
        assert_eq!(groups(&[size(0, true)]), [[0]]);
        // Joined as it is rewritten anyway, not written twice.
        assert_eq!(groups(&[size(900, true), size(20, false)]), [[1, 0]]);
        assert!(groups(&[]).is_empty() && groups(&[size(70_000, false), size(3, false)]).is_empty());
        // What one great change left in many pieces is joined into full segments at once.
        let made = groups(&[size(5_000, false); 40]);
        assert!(made.iter().all(|group| group.len() == 10), "{made:?}");
    }
}
