#include "kernels/adamw_8bit_loops.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"
#include "kernels/adamw.h"
#include "kernels/moment_codes.h"
#include "kernels/stochastic_rounding.h"

using namespace assay::kernels;

namespace {

rows::AdamWStep coded_step() {
  return {.grad_factor = 0.25F,
          .beta1 = 0.9F,
          .beta2 = 0.95F,
          .epsilon = 1e-8F,
          .keep = 0.999F,
          .rate = 0.02F,
          .second_factor = 1.5F};
}

/// The tensors of one update with moments in codes, and the same moments in fp32.
struct CodedLists {
  std::vector<at::Tensor> weights, gradients, outputs;
  std::vector<at::Tensor> codes, codes_sq, scales, scales_sq;
  std::vector<at::Tensor> wide, wide_sq;
  std::vector<uint32_t> keys;

  void add(const std::vector<int64_t>& shape, at::ScalarType gradient, at::ScalarType weight) {
    weights.push_back(at::randn(shape).to(weight));
    gradients.push_back((at::randn(shape) * 3).to(gradient));
    outputs.push_back(at::zeros(shape, at::kBFloat16));
    const CodedMoment first = first_codes.coded(at::randn(shape));
    const CodedMoment second = second_codes.coded(at::randn(shape).square());
    wide.push_back(first_codes.widened(first));
    wide_sq.push_back(second_codes.widened(second));
    codes.push_back(first.codes);
    scales.push_back(first.scales);
    codes_sq.push_back(second.codes);
    scales_sq.push_back(second.scales);
    keys.push_back(static_cast<uint32_t>(77 * keys.size() + 5));
  }
  [[nodiscard]] AdamWTensors tensors(const std::vector<at::Tensor>& narrow) const {
    return {weights, gradients, codes, codes_sq, narrow, keys, scales, scales_sq};
  }

  MomentCodes first_codes{Moment::kFirst, at::kCPU};
  MomentCodes second_codes{Moment::kSecond, at::kCPU};
};

/// Share of codes that are equal: a sum that is rounded once or twice in fp32 may fall on the other
/// side of a step's end.
double share_equal(const at::Tensor& a, const at::Tensor& b) {
  return a.eq(b).to(at::kDouble).mean().item<double>();
}

}  // namespace

TEST_CASE("an update with moments in 8 bits is fp32's, and then its moments are coded") {
  at::manual_seed(7);
  ShapeDraw draw(40);
  for (int round = 0; round < 24; ++round) {
    const at::ScalarType gradient = round % 2 == 0 ? at::kFloat : at::kBFloat16;
    const bool narrow_weights = round % 3 == 0;
    CodedLists lists;
    for (int64_t i = draw.up_to(4); i > 0; --i) {
      lists.add(draw.one_in(2) ? std::vector<int64_t>{draw.up_to(5000)}
                               : std::vector<int64_t>{draw.up_to(90), draw.up_to(900)},
                gradient, narrow_weights ? at::kBFloat16 : at::kFloat);
    }
    std::vector<at::Tensor> weights;
    for (const at::Tensor& weight : lists.weights) {
      weights.push_back(weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true));
    }
    const std::vector<at::Tensor> none;
    adamw_update({weights, lists.gradients, lists.wide, lists.wide_sq, none}, coded_step());
    adamw_update(lists.tensors(narrow_weights ? none : lists.outputs), coded_step());
    for (size_t i = 0; i < weights.size(); ++i) {
      INFO(weights[i].sizes() << ", " << at::toString(gradient));
      const CodedMoment first = lists.first_codes.coded(lists.wide[i]);
      const CodedMoment second = lists.second_codes.coded(lists.wide_sq[i]);
      CHECK(at::allclose(lists.scales[i], first.scales, 1e-5, 0));
      CHECK(at::allclose(lists.scales_sq[i], second.scales, 1e-5, 0));
      CHECK(share_equal(lists.codes[i], first.codes) > 0.99);
      CHECK(share_equal(lists.codes_sq[i], second.codes) > 0.99);
      const int64_t off =
          (lists.codes[i].to(at::kInt) - first.codes.to(at::kInt)).abs().max().item<int64_t>();
      CHECK(off <= 1);
      if (narrow_weights) {
        const at::Tensor key = at::scalar_tensor(static_cast<int64_t>(lists.keys[i]), at::kLong);
        CHECK(share_equal(lists.weights[i], rounded_at_random(weights[i], key, Draw::kSecondLow)) >
              0.99);
      } else {
        CHECK(at::allclose(lists.weights[i], weights[i], 1e-5, 1e-6));
        CHECK(lists.outputs[i].equal(lists.weights[i].to(at::kBFloat16)));
      }
    }
  }
}

TEST_CASE("updates from zero, and with gradients of zero, stay finite") {
  CodedLists lists;
  lists.add({3, 400}, at::kFloat, at::kFloat);
  for (auto* list : {&lists.codes, &lists.codes_sq, &lists.scales, &lists.scales_sq}) {
    list->front().zero_();
  }
  const std::vector<at::Tensor> none;
  const at::Tensor before = lists.weights[0].clone();
  // One large gradient a block and tiny ones, then none: what was rounded to zero would be divided
  // by epsilon alone.
  lists.gradients[0].fill_(1e-4F);
  lists.gradients[0].view({-1}).index_put_({at::arange(0, 1200, 256)}, at::scalar_tensor(1.0F));
  adamw_update(lists.tensors(none), coded_step());
  lists.gradients[0].zero_();
  for (int step = 0; step < 5; ++step) adamw_update(lists.tensors(none), coded_step());
  CHECK(lists.weights[0].isfinite().all().item<bool>());
  CHECK((lists.weights[0] - before * std::pow(0.999F, 6)).abs().max().item<double>() < 1);
}
