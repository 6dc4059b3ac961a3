#include "kernels/packed_documents.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "kernels/kernel_paths.h"
#include "kernels/scaled_attention.h"

using namespace assay::kernels;

namespace {

using Lengths = std::vector<int64_t>;

/// Two sequences of 8 tokens whose documents have `lengths`, with the mask that says so.
AttentionOperands packed_operands(const Lengths& lengths) {
  at::manual_seed(6);
  const at::Tensor document =
      at::repeat_interleave(at::tensor(at::ArrayRef<int64_t>(lengths), at::kLong)).view({2, 8});
  const auto heads = [](int64_t num) { return at::randn({2, num, 8, 4}); };
  return {.queries = heads(4),
          .keys = heads(2),
          .values = heads(2),
          .mask = document.unsqueeze(2).eq(document.unsqueeze(1)).tril().unsqueeze(1),
          .documents = packed_documents(lengths, at::kCPU),
          .training = true};
}

/// Each document alone, between its begin and the next.
at::Tensor by_begins(const AttentionOperands& of) {
  const auto rows = [](const at::Tensor& x) { return x.transpose(1, 2).flatten(0, 1); };
  const auto* begins = of.documents->begins.const_data_ptr<int32_t>();
  std::vector<at::Tensor> outs;
  for (int64_t i = 0; i + 1 < of.documents->begins.numel(); ++i) {
    REQUIRE(begins[i + 1] - begins[i] <= of.documents->longest);
    const auto part = [&](const at::Tensor& x) {
      return rows(x).slice(0, begins[i], begins[i + 1]).transpose(0, 1).unsqueeze(0);
    };
    outs.push_back(scaled_attention({.queries = part(of.queries),
                                     .keys = part(of.keys),
                                     .values = part(of.values),
                                     .causal = true}));
  }
  return at::cat(outs, 2).squeeze(0).transpose(0, 1).unflatten(0, {2, 8}).transpose(1, 2);
}

}  // namespace

TEST_CASE("documents begin where those before them end, and the last entry is the end") {
  const PackedDocuments packed = packed_documents(Lengths{3, 1, 4, 8}, at::kCPU);
  CHECK(packed.longest == 8);
  CHECK(packed.begins.scalar_type() == at::kInt);
  CHECK(packed.begins.equal(at::tensor({0, 3, 4, 8, 16}, at::kInt)));
  CHECK(packed_documents(Lengths{1}, at::kCPU).begins.equal(at::tensor({0, 1}, at::kInt)));
}

TEST_CASE("attention between the begins is attention under the mask") {
  const Lengths lengths =
      GENERATE(Lengths{8, 8}, Lengths{3, 5, 1, 6, 1}, Lengths(16, 1), Lengths{1, 7, 8});
  const AttentionOperands of = packed_operands(lengths);
  CHECK(at::allclose(by_begins(of), scaled_attention(of), 1e-4, 1e-5));
}

TEST_CASE("a device without a kernel for lengths that vary computes under the mask") {
  const AttentionOperands of = packed_operands({3, 5, 2, 6});
  KernelPaths paths({.stopwatch = [](const std::function<void()>& work) {
    work();
    return 1e-3;
  }});
  const UseKernelPaths use(paths);
  CHECK(at::allclose(scaled_attention(of), by_begins(of), 1e-4, 1e-5));
  const PathChoice choice = paths.take_new().at(0);
  CHECK(choice.shape.ends_with(", mask, documents"));
  CHECK(choice.timings.at(0).name == "flash by documents");
  CHECK_FALSE(choice.timings.at(0).seconds.has_value());
  CHECK(choice.timings.at(choice.chosen).name != "flash by documents");
}

TEST_CASE("a tensor of the host stays where it is wanted there") {
  const at::Tensor x = at::arange(3);
  CHECK(brought_to(x, at::kCPU).is_same(x));
  CHECK(brought_to(x, at::kMeta).is_meta());
}
