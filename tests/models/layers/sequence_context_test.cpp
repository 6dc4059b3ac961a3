#include "models/layers/sequence_context.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

using namespace assay;
using namespace assay::models;

namespace {

SequenceContext context_of(const at::Tensor& ids_BT, at::Device device = at::kCPU) {
  const at::Tensor tokens = at::zeros_like(ids_BT).to(device);
  return training_context({.tokens = tokens, .targets = tokens, .document_ids = ids_BT},
                          Recompute::kNone);
}

at::Tensor halves(int64_t batch, int64_t seq_len) {
  return at::arange(seq_len, at::kLong).ge(seq_len / 2).to(at::kLong).expand({batch, -1});
}

}  // namespace

TEST_CASE("sequences that are one document each are plain causal ones") {
  const SequenceContext context = context_of(at::arange(3, at::kLong).view({3, 1}).expand({3, 9}));
  CHECK(context.causal);
  CHECK_FALSE(context.mask.defined());
  CHECK(context.stretches.empty());
  CHECK(at::equal(context.positions, at::arange(9).expand({3, 9})));
}

TEST_CASE("long documents of a CPU are stretches, short sequences have a mask") {
  const SequenceContext apart = context_of(halves(2, 128));
  CHECK(apart.stretches.size() == 4);
  CHECK_FALSE(apart.mask.defined());
  CHECK(at::equal(apart.positions, at::arange(64).repeat({2, 2})));

  const SequenceContext masked = context_of(halves(2, 8));
  CHECK(masked.stretches.empty());
  CHECK_FALSE(masked.causal);
  CHECK(masked.mask.sizes() == at::IntArrayRef({2, 1, 8, 8}));
  CHECK(masked.mask[1][0].sum().item<int64_t>() == 20);
}

TEST_CASE("documents of another device have a mask, and their places where the host has the ids") {
  // The third id repeats the first, and the second sequence goes on with the first one's last id.
  at::Tensor ids = halves(2, 128).contiguous();
  ids.slice(1, 100).fill_(0);
  ids[1].fill_(0);
  const SequenceContext context = context_of(ids, at::kMeta);
  CHECK(context.stretches.empty());
  CHECK(context.mask.sizes() == at::IntArrayRef({2, 1, 128, 128}));
  REQUIRE(context.documents.has_value());
  CHECK(context.documents->longest == 128);
  CHECK(context.documents->begins.sizes() == at::IntArrayRef({5}));
  CHECK(context.documents->begins.is_meta());
}
