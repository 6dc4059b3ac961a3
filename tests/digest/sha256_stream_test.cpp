#include "digest/sha256_stream.h"

#include <catch2/catch.hpp>
#include <string_view>

#include "digest/sha256.h"

namespace assay {
namespace {

TEST_CASE("a stream fed in pieces gives the digest of the whole") {
  const std::string_view text = "nobody expects a digest in pieces";
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(text.data()),
                                         text.size());
  Sha256Stream stream;
  stream.update(bytes.first(7));
  stream.update(bytes.subspan(7));
  CHECK(to_hex(stream.finish()) == sha256(text));
}

}  // namespace
}  // namespace assay
