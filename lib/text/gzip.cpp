#include "text/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <memory>
#include <string_view>

#include "error/error.h"
#include "formats/mapping.h"

namespace assay {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip wrapper only (zlib manual)
constexpr size_t kChunk = size_t{1} << 20;

// Feeds a mapped file to zlib, member after member (RFC 1952 allows several in one file).
class GzipDecoder {
 public:
  GzipDecoder(std::span<const std::byte> input, std::string file_name)
      : input_(input), file_name_(std::move(file_name)) {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) fail("cannot be decompressed");
  }
  ~GzipDecoder() { inflateEnd(&stream_); }
  GzipDecoder(GzipDecoder&&) = delete;

  std::string decode() {
    std::string text;
    int status = Z_OK;
    while (true) {
      feed();
      const size_t filled = text.size();
      text.resize(filled + kChunk);
      stream_.next_out = reinterpret_cast<Bytef*>(text.data() + filled);
      stream_.avail_out = kChunk;
      status = inflate(&stream_, Z_NO_FLUSH);
      text.resize(text.size() - stream_.avail_out);
      if (status == Z_STREAM_END) {
        if (stream_.avail_in == 0 && input_.empty()) return text;
        inflateReset(&stream_);
      } else if (status == Z_BUF_ERROR) {
        fail("is cut off");
      } else if (status != Z_OK) {
        fail(fmt::format("is corrupt ({})", stream_.msg != nullptr ? stream_.msg : "zlib"));
      }
    }
  }

 private:
  [[noreturn]] void fail(std::string_view fact) const {
    throw DataError(fmt::format("[text] gzip file {}: {}", fact, file_name_));
  }
  void feed() {
    if (stream_.avail_in > 0) return;
    const auto chunk = input_.first(std::min(input_.size(), kChunk));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(chunk.data()));
    stream_.avail_in = static_cast<uInt>(chunk.size());
    input_ = input_.subspan(chunk.size());
  }

  z_stream stream_{};
  std::span<const std::byte> input_;
  std::string file_name_;
};

}  // namespace

std::string read_gzip_file(const std::filesystem::path& path) {
  const Mapping mapping(path);
  return GzipDecoder(mapping.bytes(), path.string()).decode();
}

}  // namespace assay
