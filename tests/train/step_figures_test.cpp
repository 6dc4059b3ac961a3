#include "train/step_figures.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace assay;

namespace {

LmOutput output_of(const at::Tensor& tokens_per_expert, const at::Tensor& router_sums) {
  return {.loss_sum = at::full({}, 6.0F),
          .num_targets = at::full({}, 4, at::kLong),
          .aux_loss = {},
          .tokens_per_expert = tokens_per_expert,
          .router_sums = router_sums};
}

at::Tensor rows(const std::vector<double>& values, int64_t num_rows) {
  return at::tensor(values, at::kDouble).view({num_rows, -1});
}

const UpdateStats kUpdate{.grad_norm = at::ones({}), .skipped = at::zeros({})};

}  // namespace

TEST_CASE("router figures are those of all micro-batches together, by layer") {
  StepSums sums(at::kCPU);
  // Per layer: sum of the tokens' entropies, tokens, dropped choices.
  sums.add(output_of(rows({3, 1, 2, 2}, 2).to(at::kLong), rows({2, 4, 1, 1, 4, 0}, 2)));
  sums.add(output_of(rows({1, 3, 0, 4}, 2).to(at::kLong), rows({4, 4, 1, 1, 4, 2}, 2)));
  const at::Tensor bias = at::tensor({0.5F, -0.5F, 0.25F, 0.0F}).view({2, 2});
  const StepRecord record = StepFigures(1, 0.1, sums, kUpdate, {1, 3}, bias).read({}, 1.5e9);
  REQUIRE(record.router.size() == 2);
  CHECK(record.router[0].layer == 1);
  CHECK(record.router[1].layer == 3);
  CHECK(record.tokens_per_expert == std::vector<std::vector<int64_t>>{{4, 4}, {2, 6}});
  CHECK(record.router[0].load_entropy_nats == Approx(std::log(2.0)));
  CHECK(record.router[0].score_entropy_nats == Approx(6.0 / 8));
  CHECK(record.router[0].dropped == 2);
  CHECK(record.router[0].bias == std::vector<double>{0.5, -0.5});
  CHECK(record.router[1].score_entropy_nats == Approx(2.0 / 8));
  CHECK(record.router[1].max_violation == Approx(0.5));
  CHECK(record.router[1].dropped == 2);
}

TEST_CASE("a dense model has no router figures") {
  StepSums sums(at::kCPU);
  sums.add(output_of({}, {}));
  const StepRecord record = StepFigures(1, 0.1, sums, kUpdate, {}, {}).read({}, 1.5e9);
  CHECK(record.router.empty());
  CHECK(record.loss == Approx(1.5));
}

TEST_CASE("figures are copies: what comes after on the device does not change them") {
  StepSums sums(at::kCPU);
  const at::Tensor counts = rows({3, 1}, 1).to(at::kLong);
  const at::Tensor router = rows({2, 4, 1}, 1);
  sums.add(output_of(counts, router));
  const UpdateStats update{.grad_norm = at::ones({}), .skipped = at::zeros({})};
  const at::Tensor bias = at::ones({1, 2});
  const StepFigures figures(1, 0.1, sums, update, {0}, bias);
  for (const at::Tensor& tensor : {sums.loss_sum(), sums.num_targets(), counts, router, bias,
                                   update.grad_norm, update.skipped}) {
    tensor.fill_(77);
  }
  const StepRecord record = figures.read({}, 0);
  CHECK(record.loss == 1.5);
  CHECK(record.grad_norm == 1.0);
  CHECK_FALSE(record.skipped);
  CHECK(record.tokens_per_expert == std::vector<std::vector<int64_t>>{{3, 1}});
  CHECK(record.router[0].score_entropy_nats == 0.5);
  CHECK(record.router[0].bias == std::vector<double>{1, 1});
}
