#include "kernels/adamw_row.h"

#include <ATen/ATen.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <concepts>
#include <optional>

#include "gradient_check.h"
#include "kernels/adamw_launches.h"
#include "row_check.h"

using namespace assay::kernels;

namespace {

/// `tensor` in memory of its own that begins `offset` numbers after a multiple of 64 bytes.
at::Tensor placed(const at::Tensor& tensor, int64_t offset) {
  return at::empty({tensor.numel() + offset}, tensor.options())
      .narrow(0, offset, tensor.numel())
      .copy_(tensor.view({-1}));
}

/// Tensors of one update: stretches that are whole, that packs do not divide, and short ones.
struct RowLists {
  std::vector<at::Tensor> weights, gradients, exp_avgs, exp_avg_sqs, outputs;
  std::vector<uint32_t> name_bits;

  /// A list in the dtypes of G, W and M.
  template <class G, class W, class M>
  static RowLists drawn(ShapeDraw& draw, int64_t num) {
    RowLists lists;
    for (int64_t i = 0; i < num; ++i) {
      const int64_t length = draw.one_in(3)   ? rows::kBlockNumbers + draw.up_to(3000)
                             : draw.one_in(2) ? 8 * draw.up_to(200)
                                              : draw.up_to(900);
      const int64_t offset = draw.one_in(2) ? 0 : draw.up_to(7);
      lists.weights.push_back(placed(at::randn({length}).to(kDtypeOf<W>), offset));
      lists.gradients.push_back(placed((at::randn({length}) * 3).to(kDtypeOf<G>), 0));
      lists.exp_avgs.push_back(placed(at::randn({length}).to(kDtypeOf<M>), 0));
      lists.exp_avg_sqs.push_back(placed(at::rand({length}).to(kDtypeOf<M>), 0));
      lists.outputs.push_back(at::zeros({length}, at::kBFloat16));
      lists.name_bits.push_back(static_cast<uint32_t>(draw.up_to(1 << 30)) * 7U);
    }
    return lists;
  }
  [[nodiscard]] RowLists clone() const {
    RowLists copy = *this;
    for (auto* list : {&copy.weights, &copy.exp_avgs, &copy.exp_avg_sqs, &copy.outputs}) {
      for (at::Tensor& tensor : *list) tensor = placed(tensor, tensor.storage_offset());
    }
    return copy;
  }
  [[nodiscard]] AdamWTensors tensors(std::span<const uint32_t> keys, bool has_outputs) const {
    static const std::vector<at::Tensor> none;
    return {weights, gradients, exp_avgs, exp_avg_sqs, has_outputs ? outputs : none, keys, {}, {}};
  }
};

rows::AdamWDecision some_decision() {
  return rows::adamw_decision(
      {.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .grad_clip = 1.0},
      {.squares = 16, .num_targets = 2, .loss_sum = 1, .lr = 0.01, .applied_steps = 6});
}

constexpr double kRowDecay = 0.1;

/// The update by all blocks of all launches, one after the other.
template <class G, class W, class M, class Run>
void update_by_rows(const Run& run, const RowLists& lists, bool has_outputs,
                    const rows::AdamWDecision& decision) {
  const auto launches = adamw_launches<G, W, M>(lists.tensors(lists.name_bits, has_outputs));
  run([&](const auto& lanes) {
    for (const auto& launch : launches) {
      for (int64_t block = 0; block < launch.num_blocks(); ++block) {
        rows::adamw_stretch(lanes, launch, block, decision, kRowDecay);
      }
    }
  });
}

/// Calls work(run) for one lane and for four.
template <class Work>
void for_each_group(const Work& work) {
  work([](const auto& on_lanes) { on_lanes(rows::OneLane{}); });
  work([](const auto& on_lanes) { on_thread_lanes(on_lanes); });
}

/// Calls work(G{}, W{}, M{}) with all types of gradients, weights and moments.
template <class Work>
void for_each_state(const Work& work) {
  const auto with_two = [](const auto& next) {
    next(float{});
    next(rows::Bf16{});
  };
  with_two([&]<class G>(G g) {
    with_two([&]<class W>(W w) { with_two([&]<class M>(M m) { work(g, w, m); }); });
  });
}

/// Rounded at random by the same bits: a sum that fp32 rounds once or twice may fall on the other
/// side of a draw. fp32: close.
void check_same_update(const at::Tensor& actual, const at::Tensor& expected) {
  if (actual.scalar_type() == at::kFloat) {
    check_close(actual, expected, 1e-5);
    return;
  }
  const auto others = actual.ne(expected).sum().item<int64_t>();
  CHECK(others <= 1 + actual.numel() / 1000);
  CHECK(at::allclose(actual.to(at::kFloat), expected.to(at::kFloat), 1.0 / 128, 1e-6));
}

void check_same_update(const RowLists& actual, const RowLists& expected, bool has_outputs) {
  for (size_t i = 0; i < actual.weights.size(); ++i) {
    INFO("tensor of " << actual.weights[i].numel());
    check_same_update(actual.weights[i], expected.weights[i]);
    check_same_update(actual.exp_avgs[i], expected.exp_avgs[i]);
    check_same_update(actual.exp_avg_sqs[i], expected.exp_avg_sqs[i]);
    if (has_outputs) check_same_update(actual.outputs[i], expected.outputs[i]);
  }
}

bool is_equal(const RowLists& a, const RowLists& b) {
  for (size_t i = 0; i < a.weights.size(); ++i) {
    if (!a.weights[i].equal(b.weights[i]) || !a.exp_avgs[i].equal(b.exp_avgs[i]) ||
        !a.exp_avg_sqs[i].equal(b.exp_avg_sqs[i]) || !a.outputs[i].equal(b.outputs[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("lanes that share stretches update as the CPU's loops, with the same random bits") {
  at::manual_seed(92);
  ShapeDraw draw(92);
  for (const int64_t num : {3, 3, 90}) {  // 90: two launches
    for_each_state([&]<class G, class W, class M>(G, W, M) {
      const RowLists before = RowLists::drawn<G, W, M>(draw, num);
      const bool has_outputs = std::same_as<W, float> && draw.one_in(2);
      const rows::AdamWDecision decision = some_decision();
      const RowLists by_loops = before.clone();
      std::vector<uint32_t> keys;
      for (const uint32_t bits : before.name_bits) {
        keys.push_back(rows::random_bits(bits, decision.applied_steps));
      }
      adamw_update(by_loops.tensors(keys, has_outputs), decision.with_decay(kRowDecay));
      std::optional<RowLists> first;
      for_each_group([&](const auto& run) {
        const RowLists ours = before.clone();
        update_by_rows<G, W, M>(run, ours, has_outputs, decision);
        if (first) CHECK(is_equal(ours, *first));
        if (!first) check_same_update(ours, by_loops, has_outputs);
        first = ours;
      });
      CHECK_FALSE(is_equal(*first, before));
    });
  }
}

TEST_CASE("where a tensor begins changes none of its new numbers") {
  at::manual_seed(93);
  for_each_state([&]<class G, class W, class M>(G, W, M) {
    ShapeDraw draw(93);
    const RowLists before = RowLists::drawn<G, W, M>(draw, 4);
    const RowLists straight = before.clone();
    RowLists moved = before.clone();
    for (auto* list : {&moved.weights, &moved.gradients, &moved.exp_avgs, &moved.exp_avg_sqs}) {
      for (at::Tensor& tensor : *list) tensor = placed(tensor, draw.up_to(7));
    }
    const auto run = [](const auto& on_lanes) { on_lanes(rows::OneLane{}); };
    update_by_rows<G, W, M>(run, straight, true, some_decision());
    update_by_rows<G, W, M>(run, moved, true, some_decision());
    CHECK(is_equal(straight, moved));
  });
}

TEST_CASE("a skipped update writes nothing") {
  at::manual_seed(94);
  for_each_state([&]<class G, class W, class M>(G, W, M) {
    ShapeDraw draw(94);
    const RowLists before = RowLists::drawn<G, W, M>(draw, 3);
    rows::AdamWDecision decision = some_decision();
    decision.skipped = true;
    for_each_group([&](const auto& run) {
      const RowLists after = before.clone();
      update_by_rows<G, W, M>(run, after, true, decision);
      CHECK(is_equal(after, before));
    });
  });
}

TEST_CASE("the squares of many tensors are summed by stretches, however many blocks there are") {
  at::manual_seed(95);
  ShapeDraw draw(95);
  for (const int64_t num : {1, 5, 450}) {  // 450: three launches
    for_each_state([&]<class G, class W, class M>(G, W, M) {
      if constexpr (std::same_as<G, W> && std::same_as<G, M>) {
        std::vector<at::Tensor> tensors;
        double expected = 0;
        for (int64_t i = 0; i < num; ++i) {
          const int64_t length = draw.one_in(20) ? draw.up_to(60'000) : draw.up_to(300);
          tensors.push_back(placed(at::randn({length}).to(kDtypeOf<G>), draw.up_to(8) - 1));
          expected += tensors.back().to(at::kDouble).square().sum().template item<double>();
        }
        for (const int64_t blocks : {1, 3, 1000}) {
          for_each_group([&](const auto& run) {
            std::vector<double> partials;
            for (const auto& launch : squares_launches<G>(tensors)) {
              for (int64_t block = 0; block < blocks; ++block) {
                run([&](const auto& lanes) {
                  const double sum = rows::squares_of_stretches(lanes, launch, block, blocks);
                  if (lanes.rank() == 0) partials.push_back(sum);
                });
                if (block >= launch.num_blocks()) CHECK(partials.back() == 0);
                if (block >= launch.num_blocks()) break;
              }
            }
            double sum = 0;
            for (const double partial : partials) sum += partial;
            CHECK(sum == Approx(expected).epsilon(1e-6));
          });
        }
      }
    });
  }
}

TEST_CASE("lists of both dtypes are told apart, and strides are refused") {
  const std::vector<at::Tensor> tensors{at::ones({3}), at::ones({5}, at::kBFloat16)};
  CHECK(squares_launches<float>(tensors).at(0).counts[0] == 3);
  CHECK(squares_launches<rows::Bf16>(tensors).at(0).counts[0] == 5);
  CHECK_THROWS_AS(squares_launches<float>({at::ones({3, 4}).t()}), c10::Error);
  const std::vector<at::Tensor> one{at::ones({2})};
  const std::vector<at::Tensor> other{at::ones({3})};
  const std::vector<at::Tensor> none;
  const std::vector<uint32_t> names{0};
  CHECK_THROWS_AS(
      (adamw_launches<float, float, float>({one, one, one, other, none, names, {}, {}})),
      c10::Error);
}

TEST_CASE("lanes decide as one does, count the step and leave its figures") {
  const rows::AdamWSettings settings{
      .beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .grad_clip = 1.0};
  const double loss_sum = GENERATE(1.0, std::nan(""));
  std::vector<double> partials;
  for (int i = 0; i < 37; ++i) partials.push_back(i);
  for_each_group([&](const auto& run) {
    const double num_targets = 4;
    const float lr = 0.01F;
    float applied_steps = 6;
    std::array<float, 3> figures{};
    rows::AdamWDecision decision;
    run([&](const auto& lanes) {
      rows::decide_adamw(lanes, settings, partials.data(), static_cast<int64_t>(partials.size()),
                         {.num_targets = &num_targets,
                          .loss_sum = &loss_sum,
                          .lr = &lr,
                          .applied_steps = &applied_steps,
                          .figures = figures.data(),
                          .decision = &decision});
    });
    const bool skipped = !std::isfinite(loss_sum);
    CHECK(decision.skipped == skipped);
    CHECK(applied_steps == (skipped ? 6.0F : 7.0F));
    CHECK(decision.applied_steps == (skipped ? 6U : 7U));
    CHECK(decision.lr == static_cast<double>(lr));
    const double norm = std::sqrt(36.0 * 37 / 2) / 4;
    CHECK(figures[0] == Approx(norm).epsilon(1e-6));
    CHECK(figures[1] == (skipped ? 1.0F : 0.0F));
    CHECK(figures[2] == Approx(4 * norm).epsilon(1e-5));
    CHECK(decision.step.grad_factor * figures[2] == Approx(1));
    CHECK(decision.step.rate > lr);
  });
}
