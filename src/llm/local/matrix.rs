//! Matrices as they are computed with: candle's quantised kernels where it has a fast one
//! for this processor, else the weights put into a form that has one, once, at load.
//!
//! Candle 0.11 is fast on x86 for Q4K and Q6K, and for `Q8_0` where the processor adds
//! 8-bit products in one instruction (VNNI), each in rows that 256 divides; everything
//! else goes one row and one number after the other, six times slower at reading
//! (measured). So other types become `Q8_0`, or Q6K without VNNI; rows are filled up with
//! zeros. Weights of 32 bits stay: who computes with those wants them exact. Candle keeps
//! the original beside its rearranged copy and offers no way to free it.

use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{
    CpuStorage, CustomOp1, Device, Layout, Result, Tensor,
    quantized::{GgmlDType, QStorage, QTensor},
    utils::barrier_pool,
};

/// What the fast kernels' rows are a multiple of.
const WIDTH: usize = 256;
/// Rows that are quantised in one piece.
const ROWS: usize = 64;

/// Activations, a row a token.
pub(super) struct Rows {
    storage: CpuStorage,
    columns: usize,
}

impl Rows {
    pub(super) fn new(numbers: Vec<f32>, columns: usize) -> Self {
        Self { storage: CpuStorage::F32(numbers), columns }
    }

    fn numbers(&self) -> &[f32] {
        match &self.storage {
            CpuStorage::F32(numbers) => numbers,
            _ => &[],
        }
    }
}

/// A matrix with an optional bias.
pub(super) struct Matrix {
    weight: Arc<QTensor>,
    bias: Option<Vec<f32>>,
    rows: usize,
    /// Columns before they were filled up.
    columns: usize,
}

impl Matrix {
    /// Takes the weights as they are, or puts them into `form`.
    pub(super) fn new(weight: Arc<QTensor>, bias: Option<Vec<f32>>, form: Option<GgmlDType>) -> Result<Self> {
        let (rows, columns) = weight.shape().dims2()?;
        let weight = match form {
            Some(form) => Arc::new(requantised(&weight, form)?),
            None => weight,
        };
        Ok(Self { weight, bias, rows, columns })
    }

    /// One row of results for each row of the input.
    pub(super) fn apply(&self, input: &Rows) -> Result<Vec<f32>> {
        let width = self.weight.shape().dims2()?.1;
        let count = input.numbers().len() / self.columns;
        if input.columns != self.columns {
            candle_core::bail!("rows of {} numbers for a matrix of {} columns", input.columns, self.columns);
        }
        let layout = Layout::contiguous((count, width));
        let output = if width == self.columns {
            self.weight.cpu_fwd(&input.storage, &layout)?.0
        } else {
            self.weight.cpu_fwd(&CpuStorage::F32(widened(input.numbers(), self.columns, width)), &layout)?.0
        };
        let CpuStorage::F32(mut output) = output else { candle_core::bail!("candle gave no 32-bit numbers") };
        if let Some(bias) = &self.bias {
            for row in output.chunks_exact_mut(self.rows) {
                row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
            }
        }
        Ok(output)
    }
}

/// The form that a matrix of this type and width must be put into to be fast here; `None`
/// where it is, or where it is to be exact.
pub(super) fn better_form(dtype: GgmlDType, columns: usize) -> Option<GgmlDType> {
    let slow_q8 = !adds_bytes();
    let fast = match dtype {
        GgmlDType::F32 => return None,
        GgmlDType::Q4K | GgmlDType::Q6K => true,
        GgmlDType::Q8_0 => !slow_q8,
        _ => false,
    };
    let form = if slow_q8 { GgmlDType::Q6K } else { GgmlDType::Q8_0 };
    (!fast || !columns.is_multiple_of(WIDTH)).then_some(form)
}

/// Whether candle multiplies `Q8_0` fast: as its own choice, made at run time, has it.
fn adds_bytes() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"))
            || (is_x86_feature_detected!("avxvnni") && is_x86_feature_detected!("avx2"))
    }
    #[cfg(not(target_arch = "x86_64"))]
    true
}

/// The same weights in another form, rows filled up with zeros.
pub(super) fn requantised(weight: &QTensor, form: GgmlDType) -> Result<QTensor> {
    let (rows, columns) = weight.shape().dims2()?;
    let width = columns.next_multiple_of(WIDTH);
    let old = weight.dtype();
    // Piece by piece: as 32-bit numbers a large matrix would take more memory than all else.
    let bytes = weight.data()?;
    let pieces: Vec<&[u8]> = bytes.chunks(ROWS * columns / old.block_size() * old.type_size()).collect();
    let done: Vec<Mutex<Result<Vec<u8>>>> = pieces.iter().map(|_| Mutex::new(Ok(Vec::new()))).collect();
    barrier_pool().execute_chunked(pieces.len(), |range| {
        for place in range {
            let quantised = (|| {
                let rows = ROWS.min(rows - place * ROWS);
                let piece =
                    QTensor::new(QStorage::from_data(pieces[place].into(), &Device::Cpu, old)?, (rows, columns))?;
                let numbers: Vec<f32> = piece.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?;
                let wide = Tensor::from_vec(widened(&numbers, columns, width), (rows, width), &Device::Cpu)?;
                Ok(QTensor::quantize(&wide, form)?.data()?.into_owned())
            })();
            *done[place].lock().unwrap_or_else(PoisonError::into_inner) = quantised;
        }
    });
    let mut data = Vec::with_capacity(rows * width / form.block_size() * form.type_size());
    for piece in done {
        data.extend(piece.into_inner().unwrap_or_else(PoisonError::into_inner)?);
    }
    QTensor::new(QStorage::from_data(data.into(), &Device::Cpu, form)?, (rows, width))
}

/// Rows of `width` numbers, zeros behind the `columns` that are given.
fn widened(numbers: &[f32], columns: usize, width: usize) -> Vec<f32> {
    let mut wide = vec![0.0; numbers.len() / columns * width];
    for (wide, row) in wide.chunks_exact_mut(width).zip(numbers.chunks_exact(columns)) {
        wide[..columns].copy_from_slice(row);
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(rows: usize, columns: usize, dtype: GgmlDType) -> Arc<QTensor> {
        let values = (0..rows * columns).map(|place| {
            let step = u16::try_from(place * 7_919 % 2_003).unwrap();
            f32::from(step) / 1_001.0 - 1.0
        });
        let tensor = Tensor::from_vec(values.collect::<Vec<f32>>(), (rows, columns), &Device::Cpu).unwrap();
        Arc::new(QTensor::quantize(&tensor, dtype).unwrap())
    }

    fn numbers(tensor: &QTensor) -> Vec<f32> {
        tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn what_is_fast_or_exact_stays_as_it_is() {
        assert_eq!(better_form(GgmlDType::Q4K, 512), None);
        assert_eq!(better_form(GgmlDType::Q6K, 256), None);
        assert_eq!(better_form(GgmlDType::F32, 100), None);
        let form = if adds_bytes() { GgmlDType::Q8_0 } else { GgmlDType::Q6K };
        for (dtype, columns) in [(GgmlDType::Q5K, 512), (GgmlDType::Q4_0, 256), (GgmlDType::F16, 512)] {
            assert_eq!(better_form(dtype, columns), Some(form), "{dtype:?}");
        }
        assert_eq!(better_form(GgmlDType::Q8_0, 896), Some(form));
        assert_eq!(better_form(GgmlDType::Q8_0, 256).is_none(), adds_bytes());
    }

    /// Rows of another width, in every form: as close as the form's own steps allow.
    #[test]
    fn a_new_form_keeps_the_weights_and_adds_nothing_but_zeros() {
        for (form, step) in [(GgmlDType::Q8_0, 1.0 / 127.0), (GgmlDType::Q6K, 1.0 / 28.0)] {
            let before = random(150, 320, GgmlDType::F16);
            let after = requantised(&before, form).unwrap();
            assert_eq!(after.shape().dims(), [150, 512]);
            for (after, before) in numbers(&after).chunks(512).zip(numbers(&before).chunks(320)) {
                assert!(after[320..].iter().all(|zero| *zero == 0.0));
                let off = after.iter().zip(before).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(off < step, "{form:?}: {off}");
            }
        }
    }

    #[test]
    fn products_are_those_of_the_weights() {
        for form in [None, Some(GgmlDType::Q8_0), Some(GgmlDType::Q6K)] {
            let weight = random(32, 320, GgmlDType::F32);
            let matrix = Matrix::new(weight.clone(), Some(vec![0.5; 32]), form).unwrap();
            let input: Vec<f32> = numbers(&random(3, 320, GgmlDType::F32)).iter().map(|value| value * 0.9).collect();
            let output = matrix.apply(&Rows::new(input.clone(), 320)).unwrap();
            assert_eq!(output.len(), 3 * 32);
            for (place, output) in output.iter().enumerate() {
                let (row, column) = (place / 32, place % 32);
                let weight = &numbers(&weight)[column * 320..][..320];
                let expected: f32 = weight.iter().zip(&input[row * 320..]).map(|(a, b)| a * b).sum::<f32>() + 0.5;
                let most = if form.is_some() { 0.6 } else { 1e-3 };
                assert!((output - expected).abs() < most, "{form:?}: {output} {expected}");
            }
            assert!(matrix.apply(&Rows::new(vec![0.0; 64], 64)).is_err());
        }
    }
}
