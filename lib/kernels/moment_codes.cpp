#include "kernels/moment_codes.h"

#include <ATen/ATen.h>

#include <span>

#include "kernels/dynamic_code.h"

namespace assay::kernels {
namespace {

using rows::kCodeBlock;

int64_t num_blocks(const at::Tensor& x) { return (x.numel() + kCodeBlock - 1) / kCodeBlock; }

/// x, filled up with zeros, as [blocks, kCodeBlock]; its own memory where nothing is missing.
at::Tensor in_blocks(const at::Tensor& x) {
  const int64_t missing = num_blocks(x) * kCodeBlock - x.numel();
  const at::Tensor flat = x.contiguous().view({-1});
  return (missing == 0 ? flat : at::constant_pad_nd(flat, {0, missing})).view({-1, kCodeBlock});
}

at::Tensor whole(const at::Tensor& blocks, at::IntArrayRef shape) {
  return blocks.view({-1}).narrow(0, 0, c10::multiply_integers(shape)).view(shape);
}

at::Tensor table(std::span<const float> numbers, at::Device device) {
  return at::tensor(at::ArrayRef<float>(numbers.data(), numbers.size())).to(device);
}

}  // namespace

CodedMoment zero_moment(const at::Tensor& parameter) {
  const auto options = parameter.options().requires_grad(false);
  return {at::zeros(parameter.sizes(), options.dtype(at::kByte)),
          at::zeros({num_blocks(parameter)}, options.dtype(at::kFloat))};
}

MomentCodes::MomentCodes(Moment moment, at::Device device) : moment_(moment) {
  const bool is_first = moment == Moment::kFirst;
  const std::span<const float> upper = is_first
                                           ? std::span<const float>(rows::kFirstMomentSteps.upper)
                                           : std::span<const float>(rows::kSecondMomentSteps.upper);
  values_ = table(is_first ? rows::kFirstMomentValues : rows::kSecondMomentSteps.values, device);
  upper_ = table(upper.first(upper.size() - 1), device);
}

at::Tensor MomentCodes::widened(const CodedMoment& coded) const {
  const at::Tensor values = values_.index_select(0, coded.codes.view({-1}).to(at::kInt));
  return whole(in_blocks(values).mul_(coded.scales.unsqueeze(1)), coded.codes.sizes());
}

CodedMoment MomentCodes::coded(const at::Tensor& x) const {
  const at::Tensor blocks = in_blocks(x);
  const at::Tensor scales = blocks.abs().amax(1);
  const at::Tensor parts = blocks.div(at::where(scales > 0, scales, 1).unsqueeze(1));
  at::Tensor codes = at::bucketize(parts.abs(), upper_, /*out_int32=*/true);
  if (moment_ == Moment::kFirst) {
    codes = at::where(parts < 0, rows::kZeroCode - codes.clamp_max(rows::kZeroCode),
                      rows::kZeroCode + codes);
  }
  return {whole(codes, x.sizes()).to(at::kByte), scales};
}

void MomentCodes::store(const at::Tensor& x, const at::Tensor& stays,
                        const CodedMoment& kept) const {
  const CodedMoment fresh = coded(x);
  kept.codes.copy_(at::where(stays, kept.codes, fresh.codes));
  kept.scales.copy_(at::where(stays, kept.scales, fresh.scales));
}

}  // namespace assay::kernels
