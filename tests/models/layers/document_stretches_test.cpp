#include "models/layers/document_stretches.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <random>

using namespace assay::models;

namespace {

using Lengths = std::vector<int64_t>;

Lengths lengths_of(const std::vector<std::vector<int64_t>>& rows) {
  std::vector<at::Tensor> ids;
  for (const std::vector<int64_t>& row : rows) ids.push_back(at::tensor(row, at::kLong));
  return document_lengths(at::stack(ids));
}

/// Which tokens may look at which, of all of them in a row: bool [N, N].
at::Tensor seen(const std::vector<DocumentStretch>& stretches) {
  int64_t num_tokens = 0;
  for (const DocumentStretch& stretch : stretches) num_tokens += stretch.num_tokens;
  at::Tensor all = at::zeros({num_tokens, num_tokens}, at::kBool);
  int64_t begin = 0;
  for (const DocumentStretch& stretch : stretches) {
    const int64_t n = stretch.num_tokens;
    all.narrow(0, begin, n).narrow(1, begin, n) =
        stretch.mask.defined() ? stretch.mask[0][0] : at::ones({n, n}, at::kBool).tril();
    begin += n;
  }
  return all;
}

at::Tensor seen_by_definition(const Lengths& lengths) {
  const at::Tensor document =
      at::repeat_interleave(at::tensor(at::ArrayRef<int64_t>(lengths), at::kLong));
  return document.unsqueeze(1).eq(document.unsqueeze(0)).tril();
}

}  // namespace

TEST_CASE("a document is a run of equal ids, and ends with its sequence") {
  CHECK(lengths_of({{7, 7, 7, 7}}) == Lengths{4});
  CHECK(lengths_of({{1, 2, 3, 4}}) == Lengths{1, 1, 1, 1});
  CHECK(lengths_of({{5, 5, 3, 5}, {5, 5, 5, 0}}) == Lengths{2, 1, 1, 3, 1});
  CHECK(lengths_of({{9}, {9}}) == Lengths{1, 1});
  const at::Tensor every_other =
      at::tensor({4, 0, 4, 1, 6, 2}, at::kLong).view({1, 6}).slice(1, 0, 6, 2);
  CHECK(document_lengths(every_other) == Lengths{2, 1});
}

TEST_CASE("sequences are full where no document ends inside of one") {
  CHECK(fill_sequences(Lengths{8, 8}, 8));
  CHECK_FALSE(fill_sequences(Lengths{8, 7, 1}, 8));
}

TEST_CASE("a long document is a stretch without a mask, short neighbours share one") {
  const auto stretches = document_stretches(Lengths{100, 20, 12, 30, 94}, 256);
  REQUIRE(stretches.size() == 4);
  CHECK(stretches[0].num_tokens == 100);
  CHECK_FALSE(stretches[0].mask.defined());
  CHECK(stretches[1].num_tokens == 32);
  CHECK(stretches[1].mask.defined());
  CHECK(stretches[2].num_tokens == 30);
  CHECK_FALSE(stretches[2].mask.defined());
  CHECK(stretches[3].num_tokens == 94);
}

TEST_CASE("stretches let tokens see what a mask over all of them does") {
  std::mt19937 random(11);
  for (int round = 0; round < 40; ++round) {
    const int64_t longest = std::uniform_int_distribution<int64_t>(1, 90)(random);
    Lengths lengths;
    for (int64_t tokens = 0; tokens < 512; tokens += lengths.back()) {
      lengths.push_back(
          std::min(std::uniform_int_distribution<int64_t>(1, longest)(random), 512 - tokens));
    }
    const auto stretches = document_stretches(lengths, 512);
    INFO("longest " << longest);
    REQUIRE_FALSE(stretches.empty());
    CHECK(at::equal(seen(stretches), seen_by_definition(lengths)));
  }
}

TEST_CASE("a mask over all sequences is kept where many calls are more work") {
  CHECK(document_stretches(Lengths{10, 14, 10, 14}, 24).empty());
  // 16 sequences of 64: a call for each half is 2 x 16 x 1024 pairs, and the mask has 64 Ki.
  CHECK(document_stretches(Lengths(32, 32), 64).size() == 32);
  CHECK(document_stretches(Lengths(64, 33), 66).size() == 64);
  CHECK(document_stretches(Lengths(100, 17), 34).empty());
}
