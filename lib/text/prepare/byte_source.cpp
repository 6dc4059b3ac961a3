#include "text/prepare/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "error/error.h"

namespace assay {
namespace {

constexpr size_t kInputSize = size_t{256} << 10;
constexpr int kAnyGzip = 15 + 16;
constexpr std::string_view kGzipMagic = "\x1F\x8B";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";

[[noreturn]] void fail_reading(const FileBytes& file, std::string_view fact) {
  throw DataError(fmt::format("[text] {}: {}", fact, file.path().string()));
}

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(FileBytes file) : file_(std::move(file)) {}
  size_t read(std::span<char> out) override { return file_.read(out); }
  std::string file_sha256() override { return file_.sha256(); }

 private:
  FileBytes file_;
};

// Compressed bytes of a file, some at a time.
class CompressedInput {
 public:
  explicit CompressedInput(FileBytes file) : file_(std::move(file)), buffer_(kInputSize) {}
  // False at the end of the file.
  bool refill() {
    available_ = std::span(buffer_).first(file_.read(buffer_));
    return !available_.empty();
  }
  std::span<char> available_;  // NOLINT: what the decoder has not taken yet
  FileBytes file_;

 private:
  std::vector<char> buffer_;
};

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(FileBytes file) : input_(std::move(file)) {
    if (inflateInit2(&stream_, kAnyGzip) != Z_OK) fail_reading(input_.file_, "zlib does not start");
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  size_t read(std::span<char> out) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out == out.size()) {
      if (input_.available_.empty() && !input_.refill()) {
        if (inside_member_) fail_reading(input_.file_, "gzip file is cut off");
        return 0;
      }
      inside_member_ = true;
      if (step() == Z_STREAM_END) {
        inside_member_ = false;
        inflateReset(&stream_);
      }
    }
    return out.size() - stream_.avail_out;
  }
  std::string file_sha256() override { return input_.file_.sha256(); }

 private:
  int step() {
    stream_.next_in = reinterpret_cast<Bytef*>(input_.available_.data());
    stream_.avail_in = static_cast<uInt>(input_.available_.size());
    const int status = inflate(&stream_, Z_NO_FLUSH);
    input_.available_ = input_.available_.last(stream_.avail_in);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      fail_reading(input_.file_, fmt::format("gzip file is corrupt ({})",
                                             stream_.msg != nullptr ? stream_.msg : "zlib"));
    }
    return status;
  }

  CompressedInput input_;
  z_stream stream_{};
  bool inside_member_ = false;
};

class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(FileBytes file)
      : input_(std::move(file)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {}

  size_t read(std::span<char> out) override {
    ZSTD_outBuffer output{.dst = out.data(), .size = out.size(), .pos = 0};
    while (output.pos == 0) {
      // A full output may have left bytes in the decoder: it is asked before the file.
      if (input_.available_.empty() && !may_hold_output_ && !input_.refill()) {
        if (inside_frame_) fail_reading(input_.file_, "zstd file is cut off");
        return 0;
      }
      step(output);
    }
    return output.pos;
  }
  std::string file_sha256() override { return input_.file_.sha256(); }

 private:
  void step(ZSTD_outBuffer& output) {
    ZSTD_inBuffer input{
        .src = input_.available_.data(), .size = input_.available_.size(), .pos = 0};
    const size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(left) != 0) {
      fail_reading(input_.file_, fmt::format("zstd file is corrupt ({})", ZSTD_getErrorName(left)));
    }
    input_.available_ = input_.available_.subspan(input.pos);
    inside_frame_ = left != 0;
    may_hold_output_ = output.pos == output.size && inside_frame_;
  }

  CompressedInput input_;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  bool inside_frame_ = false;
  bool may_hold_output_ = false;
};

std::string first_bytes(const std::filesystem::path& path) {
  FileBytes file(path);
  std::array<char, 4> head{};
  size_t size = 0;
  while (size < head.size()) {
    const size_t more = file.read(std::span(head).subspan(size));
    if (more == 0) break;
    size += more;
  }
  return {head.data(), size};
}

}  // namespace

FileBytes::FileBytes(std::filesystem::path path)
    : path_(std::move(path)), file_(open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_.get() < 0) {
    throw DataError(fmt::format("[text] cannot open: {}: {}", path_.string(), strerror(errno)));
  }
}

size_t FileBytes::read(std::span<char> out) {
  ssize_t size = -1;
  do {
    size = ::read(file_.get(), out.data(), out.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    throw DataError(fmt::format("[text] cannot read: {}: {}", path_.string(), strerror(errno)));
  }
  digest_.update(std::as_bytes(out.first(static_cast<size_t>(size))));
  return static_cast<size_t>(size);
}

std::string FileBytes::sha256() { return to_hex(digest_.finish()); }

std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path) {
  const std::string head = first_bytes(path);
  FileBytes file(path);
  if (head.starts_with(kGzipMagic)) return std::make_unique<GzipSource>(std::move(file));
  if (head.starts_with(kZstdMagic)) return std::make_unique<ZstdSource>(std::move(file));
  return std::make_unique<PlainSource>(std::move(file));
}

}  // namespace assay
