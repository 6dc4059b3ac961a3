#include "kernels/scaled_attention.h"

#include <ATen/Context.h>

#include <limits>
#include <set>
#include <string>

#include "error/error.h"
#include "gradient_check.h"
#include "kernels/kernel_paths.h"

using namespace assay::kernels;

namespace {

/// By the definition, heads repeated, in the numbers' own dtype.
at::Tensor plain(const AttentionOperands& of) {
  const at::Tensor keys = repeat_heads(of.keys, of.queries.size(1));
  const at::Tensor values = repeat_heads(of.values, of.queries.size(1));
  at::Tensor scores = at::matmul(of.queries, keys.transpose(-2, -1)) *
                      of.scale.value_or(1 / std::sqrt(static_cast<double>(of.queries.size(3))));
  at::Tensor mask = of.mask;
  if (of.causal) mask = at::ones({of.queries.size(2), of.keys.size(2)}, at::kBool).tril();
  if (mask.defined()) {
    scores = scores.masked_fill(mask.logical_not(), -std::numeric_limits<double>::infinity());
  }
  return at::matmul(scores.softmax(-1), values);
}

AttentionOperands operands(const std::vector<at::Tensor>& in, bool causal,
                           const at::Tensor& mask = {}) {
  return {.queries = in[0],
          .keys = in[1],
          .values = in[2],
          .mask = mask,
          .causal = causal,
          .training = true};
}

/// 4 heads of queries of 8 that share 2 of keys; values of 8 or of 4.
std::vector<at::Tensor> inputs(int64_t value_width = 8) {
  at::manual_seed(3);
  return {at::randn({2, 4, 6, 8}), at::randn({2, 2, 6, 8}), at::randn({2, 2, 6, value_width})};
}

}  // namespace

TEST_CASE("attention by each kernel of a CPU is attention by its definition") {
  const auto kernel =
      GENERATE(AttentionKernel::kAuto, AttentionKernel::kFlash, AttentionKernel::kMath);
  KernelPaths paths({.attention = kernel});
  const UseKernelPaths use(paths);
  SECTION("causal") {
    require_same([](const auto& in) { return scaled_attention(operands(in, true)); },
                 [](const auto& in) { return plain(operands(in, true)); }, inputs());
  }
  SECTION("all keys") {
    require_same([](const auto& in) { return scaled_attention(operands(in, false)); },
                 [](const auto& in) { return plain(operands(in, false)); }, inputs());
  }
  SECTION("masked") {
    const at::Tensor mask = at::ones({2, 1, 6, 6}, at::kBool).tril(1);
    require_same([&](const auto& in) { return scaled_attention(operands(in, false, mask)); },
                 [&](const auto& in) { return plain(operands(in, false, mask)); }, inputs());
  }
}

TEST_CASE("attention is attention by its definition at shapes drawn at random") {
  at::manual_seed(5);
  ShapeDraw draw(13);
  for (int i = 0; i < 40; ++i) {
    const int64_t batch = draw.up_to(3);
    const int64_t key_heads = draw.up_to(3);
    const int64_t heads = key_heads * draw.up_to(3);
    const int64_t tokens = draw.up_to(20);
    const int64_t width = draw.up_to(20);
    const int64_t value_width = draw.one_in(2) ? width : draw.up_to(20);
    const bool causal = draw.one_in(2);
    at::Tensor mask;
    if (!causal && draw.one_in(2)) {
      mask = (at::rand({batch, 1, tokens, tokens}) < 0.5).logical_or(at::eye(tokens, at::kBool));
    }
    INFO(batch << " x " << heads << " of " << key_heads << " x " << tokens << " x " << width
               << ", values " << value_width);
    require_same(
        [&](const auto& in) { return scaled_attention(operands(in, causal, mask)); },
        [&](const auto& in) { return plain(operands(in, causal, mask)); },
        {at::randn({batch, heads, tokens, width}), at::randn({batch, key_heads, tokens, width}),
         at::randn({batch, key_heads, tokens, value_width})});
  }
}

TEST_CASE("a kernel that cannot compute a shape is named with it") {
  const auto [kernel, name] = GENERATE(table<AttentionKernel, std::string>(
      {{AttentionKernel::kCudnn, "cudnn"}, {AttentionKernel::kEfficient, "efficient"}}));
  KernelPaths paths({.attention = kernel});
  const UseKernelPaths use(paths);
  CHECK_THROWS_AS(scaled_attention(operands(inputs(), true)), assay::DeviceError);
  CHECK_THROWS_WITH(scaled_attention(operands(inputs(), true)),
                    Catch::Matchers::Contains("attention q 2x4x6x8 k 2x2x6x8 v 2x2x6x8 Float, "
                                              "causal is not computed by the kernel " +
                                              name));
}

TEST_CASE("timed paths are tried once for each shape, with shared heads and repeated ones") {
  int timed = 0;
  KernelPaths paths({.stopwatch = [&](const std::function<void()>& work) {
    work();
    return ++timed * 1e-3;  // the first is the fastest
  }});
  const UseKernelPaths use(paths);
  scaled_attention(operands(inputs(), true));
  const int of_one_shape = timed;
  scaled_attention(operands(inputs(), true));
  CHECK(timed == of_one_shape);
  scaled_attention(operands(inputs(), false));
  CHECK(timed == 2 * of_one_shape);

  const std::vector<PathChoice> choices = paths.take_new();
  REQUIRE(choices.size() == 2);
  std::set<std::string> able;
  std::set<std::string> unable;
  for (const PathChoice::Timing& timing : choices[0].timings) {
    (timing.seconds ? able : unable).insert(timing.name);
  }
  CHECK(able.count("flash repeated heads") == 1);
  CHECK(able.count("math shared heads") == 1);
  CHECK(able.count("math repeated heads") == 1);
  CHECK(unable.count("cudnn shared heads") == 1);
  CHECK(unable.count("efficient repeated heads") == 1);
}

TEST_CASE("whichever path is the fastest, the result is the same") {
  // The numbers of the paths that a CPU can compute differ between versions of LibTorch, so each
  // round makes another one the fastest until all were.
  std::set<std::string> chosen;
  for (int fastest = 0; fastest < 8; ++fastest) {
    int path = -1;
    int rounds = 0;
    KernelPaths paths({.stopwatch = [&](const std::function<void()>& work) {
      work();
      if (rounds++ % 4 == 0) ++path;
      return path == fastest ? 1e-3 : 2e-3;
    }});
    const UseKernelPaths use(paths);
    require_same([](const auto& in) { return scaled_attention(operands(in, true)); },
                 [](const auto& in) { return plain(operands(in, true)); }, inputs());
    const PathChoice choice = paths.take_new().at(0);
    chosen.insert(choice.timings.at(choice.chosen).name);
  }
  CHECK(chosen.size() >= 3);
}

TEST_CASE("outside of training the library chooses, and its flags are as before") {
  KernelPaths paths({.attention = AttentionKernel::kCudnn});
  const UseKernelPaths use(paths);
  AttentionOperands of = operands(inputs(), true);
  of.training = false;
  CHECK(at::allclose(scaled_attention(of), plain(of), 1e-4, 1e-5));
  const at::Context& context = at::globalContext();
  const bool flash = context.userEnabledFlashSDP();
  of.training = true;
  CHECK_THROWS(scaled_attention(of));
  CHECK(context.userEnabledFlashSDP() == flash);
  CHECK(context.userEnabledMathSDP());
}

TEST_CASE("values may have another width than keys") {
  KernelPaths paths({.attention = AttentionKernel::kMath});
  const UseKernelPaths use(paths);
  require_same([](const auto& in) { return scaled_attention(operands(in, true)); },
               [](const auto& in) { return plain(operands(in, true)); }, inputs(4));
}

TEST_CASE("gradients of attention are its difference quotients") {
  at::manual_seed(4);
  require_difference_quotients(
      [](const auto& in) { return scaled_attention(operands(in, true)); },
      {at::randn({1, 4, 3, 2}), at::randn({1, 2, 3, 2}), at::randn({1, 2, 3, 2})});
}
