//! Symmetric positive definite systems of a few dozen unknowns, by Cholesky's
//! decomposition: all that Newton's method needs for a model that one can read.

/// A lower triangle, row by row.
pub(super) struct Cholesky(Vec<Vec<f64>>);

impl Cholesky {
    /// Decomposes a symmetric matrix; `None` where it is not positive definite.
    pub(super) fn of(matrix: &[Vec<f64>]) -> Option<Self> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
        for (i, row) in matrix.iter().enumerate() {
            let mut new = Vec::with_capacity(i + 1);
            for j in 0..=i {
                let known: &[f64] = if j == i { &new } else { &lower[j][..j] };
                let rest = row[j] - known.iter().zip(&new).map(|(a, b)| a * b).sum::<f64>();
                if j < i {
                    new.push(rest / lower[j][j]);
                } else if rest > row[i].abs() * 1e-13 {
                    new.push(rest.sqrt());
                } else {
                    return None;
                }
            }
            lower.push(new);
        }
        Some(Self(lower))
    }

    /// The solution for a right side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let lower = &self.0;
        let mut x = right.to_vec();
        for i in 0..x.len() {
            let known: f64 = (0..i).map(|j| lower[i][j] * x[j]).sum();
            x[i] = (x[i] - known) / lower[i][i];
        }
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|j| lower[j][i] * x[j]).sum();
            x[i] = (x[i] - known) / lower[i][i];
        }
        x
    }

    /// The diagonal of the inverse.
    pub(super) fn inverse_diagonal(&self) -> Vec<f64> {
        let unit = |at: usize| {
            let mut right = vec![0.0; self.0.len()];
            right[at] = 1.0;
            self.solve(&right)[at]
        };
        (0..self.0.len()).map(unit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_inverted() {
        // Inverse of {{4, 2}, {2, 3}} is {{3, -2}, {-2, 4}} / 8.
        let cholesky = Cholesky::of(&[vec![4.0, 2.0], vec![2.0, 3.0]]).unwrap();
        let close = |found: &[f64], wanted: &[f64]| {
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} is not {wanted:?}");
        };
        close(&cholesky.solve(&[8.0, 7.0]), &[1.25, 1.5]);
        close(&cholesky.inverse_diagonal(), &[3.0 / 8.0, 0.5]);
    }

    #[test]
    fn what_is_not_definite_is_refused() {
        assert!(Cholesky::of(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        // Two columns that say the same.
        assert!(Cholesky::of(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_none());
        assert!(Cholesky::of(&[vec![f64::NAN]]).is_none());
    }
}
