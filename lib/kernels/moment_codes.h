#pragma once

#include <ATen/core/Tensor.h>

/// AdamW's moments in 8 bits by LibTorch's operators (dynamic_code.h): what other devices do, and
/// what the CPU's loops are held against. Numbers that follow each other in memory share a scale,
/// rows::kCodeBlock of them, the last block what is left.
namespace assay::kernels {

enum class Moment { kFirst, kSecond };

/// A moment's codes, uint8 of its shape, and the largest magnitude of each block, fp32 [blocks].
struct CodedMoment {
  at::Tensor codes;
  at::Tensor scales;
};

/// Zeros for a parameter on its device.
CodedMoment zero_moment(const at::Tensor& parameter);

/// The tables of one kind of moment on one device, where they stay.
class MomentCodes {
 public:
  MomentCodes(Moment moment, at::Device device);

  /// The numbers in fp32.
  [[nodiscard]] at::Tensor widened(const CodedMoment& coded) const;
  /// Finite x, fp32, in codes: each block's numbers over its scale to the nearest.
  [[nodiscard]] CodedMoment coded(const at::Tensor& x) const;
  /// Writes x's codes to `kept`; where `stays`, bool [] or [1] on the device, leaves it as it is:
  /// numbers that were codes before may get others, since a block's largest may be below zero.
  void store(const at::Tensor& x, const at::Tensor& stays, const CodedMoment& kept) const;

 private:
  Moment moment_;
  at::Tensor values_;  ///< fp32 [256], by code
  at::Tensor upper_;   ///< fp32, where each step but the last ends
};

}  // namespace assay::kernels
