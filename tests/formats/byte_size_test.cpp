#include "formats/byte_size.h"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("sizes in bytes mean what transformers' units mean") {
  CHECK(byte_size_named("5GB") == 5'000'000'000);
  CHECK(byte_size_named("5 GB") == 5'000'000'000);
  CHECK(byte_size_named("5GiB") == 5'368'709'120);
  CHECK(byte_size_named("200KB") == 200'000);
  CHECK(byte_size_named("200kB") == 200'000);
  CHECK(byte_size_named("3MiB") == 3'145'728);
  CHECK(byte_size_named("1 KiB") == 1024);
  CHECK(byte_size_named("0.5MB") == 500'000);
  CHECK(byte_size_named("2TB") == 2'000'000'000'000);
  CHECK(byte_size_named("1TiB") == 1'099'511'627'776);
  CHECK(byte_size_named("20000 B") == 20'000);
}

TEST_CASE("what is no size in bytes is none") {
  for (const char* text : {"", "5", "GB", "5Gb", "5gb", "5 USD", "5  GB", "5GB ", "-5GB", "0B",
                           "0.1B", "inf GB", "nan GB", "1e30 GB", "5GBx", "0x10 B", "+5GB"}) {
    INFO(text);
    CHECK_FALSE(byte_size_named(text).has_value());
  }
}

}  // namespace assay
