#include "data/philox.h"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

using assay::data::philox4x32;
using assay::data::PhiloxBlock;
using assay::data::random_block;
using assay::data::uniform_index;
using assay::data::uniform_unit;

TEST_CASE("Philox4x32-10 gives the known answers of Random123") {
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) ==
        PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("seed, stream and index each change the block") {
  const std::set<PhiloxBlock> blocks{random_block(1, 2, 3),          random_block(2, 2, 3),
                                     random_block(1, 3, 3),          random_block(1, 2, 4),
                                     random_block(1ULL << 40, 2, 3), random_block(1, 1ULL << 40, 3),
                                     random_block(1, 2, 1ULL << 40)};
  CHECK(blocks.size() == 7);
}

TEST_CASE("a uniform index stays below its bound and reaches every value") {
  std::vector<int> hits(10, 0);
  for (uint64_t i = 0; i < 10000; ++i) ++hits.at(uniform_index(random_block(5, 0, i), 10));
  for (const int count : hits) {
    CHECK(count > 850);
    CHECK(count < 1150);
  }
  CHECK(uniform_index({0xffffffff, 0xffffffff, 0, 0}, 10) == 9);
  CHECK(uniform_index({0, 0, 0, 0}, 10) == 0);
}

TEST_CASE("a uniform number lies in [0, 1)") {
  CHECK(uniform_unit({0, 0, 0, 0}) == 0.0);
  CHECK(uniform_unit({0xffffffff, 0xffffffff, 0, 0}) < 1.0);
}
