#include "formats/token_bin.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "error/error.h"

namespace assay {
namespace {

constexpr size_t kHeaderWords = 256;
constexpr size_t kHeaderSize = kHeaderWords * sizeof(int32_t);

// llm.c's two sorts of files. Source: llm.c, dev/data/data_common.py, HEADERS_INFO.
struct LlmCSort {
  int32_t magic;
  int32_t version;
  uint32_t bytes_per_token;
};
constexpr LlmCSort kGpt2Sort{20240520, 1, 2};
constexpr LlmCSort kLlama3Sort{20240801, 7, 4};

[[noreturn]] void fail_bin(const std::filesystem::path& path, const std::string& fact) {
  throw DataError(fmt::format("[formats] {}: {}", fact, path.string()));
}

const LlmCSort& sort_of(std::span<const int32_t> header, const std::filesystem::path& path) {
  for (const LlmCSort* sort : {&kGpt2Sort, &kLlama3Sort}) {
    if (header[0] == sort->magic && header[1] == sort->version) return *sort;
  }
  fail_bin(path,
           fmt::format("not a token file of llm.c: magic {}, version {}", header[0], header[1]));
}

}  // namespace

TokenBinReader::TokenBinReader(std::filesystem::path path, TokenBinKind kind)
    : path_(std::move(path)), mapping_(path_) {
  const size_t size = mapping_.bytes().size();
  if (kind == TokenBinKind::kNanoGpt) {
    if (size == 0 || size % 2 != 0)
      fail_bin(path_, fmt::format("{} bytes are no tokens of nanoGPT", size));
    num_tokens_ = size / 2;
    return;
  }
  if (size < kHeaderSize)
    fail_bin(path_, fmt::format("token file is cut off in its header: {} bytes", size));
  std::vector<int32_t> header(kHeaderWords);
  std::memcpy(header.data(), mapping_.bytes().data(), kHeaderSize);
  bytes_per_token_ = sort_of(header, path_).bytes_per_token;
  data_begin_ = kHeaderSize;
  if (header[2] <= 0 || size - kHeaderSize != static_cast<uint64_t>(header[2]) * bytes_per_token_) {
    fail_bin(path_, fmt::format("token file is cut off: {} tokens of {} bytes, but {} bytes",
                                header[2], bytes_per_token_, size - kHeaderSize));
  }
  num_tokens_ = static_cast<uint64_t>(header[2]);
}

std::vector<uint32_t> TokenBinReader::read(uint64_t begin, uint64_t count,
                                           uint64_t vocab_size) const {
  check(begin <= num_tokens_ && count <= num_tokens_ - begin, "[formats] tokens outside of a file");
  std::vector<uint32_t> tokens(count);
  const std::byte* data = mapping_.bytes().data() + data_begin_ + begin * bytes_per_token_;
  for (uint64_t i = 0; i < count; ++i, data += bytes_per_token_) {
    std::memcpy(&tokens[i], data, bytes_per_token_);  // little-endian: the low bytes come first
    if (tokens[i] >= vocab_size) {
      fail_bin(path_, fmt::format("token {} at {} is outside of the vocabulary of {}", tokens[i],
                                  begin + i, vocab_size));
    }
  }
  return tokens;
}

TokenBinWriter::TokenBinWriter(const std::filesystem::path& path, TokenBinKind kind,
                               uint64_t vocab_size)
    : path_(path), kind_(kind), bytes_per_token_(vocab_size <= 65536 ? 2 : 4), file_(path) {
  if (kind == TokenBinKind::kNanoGpt && bytes_per_token_ != 2) {
    fail_bin(path, fmt::format("nanoGPT's 16 bits hold no vocabulary of {}", vocab_size));
  }
  if (kind == TokenBinKind::kLlmC) file_.write(std::as_bytes(std::span<const int32_t>(header())));
}

std::vector<int32_t> TokenBinWriter::header() const {
  const LlmCSort& sort = bytes_per_token_ == 2 ? kGpt2Sort : kLlama3Sort;
  std::vector<int32_t> words(kHeaderWords);
  words[0] = sort.magic;
  words[1] = sort.version;
  words[2] = static_cast<int32_t>(num_tokens_);
  return words;
}

void TokenBinWriter::append(std::span<const uint32_t> tokens) {
  std::vector<std::byte> bytes(tokens.size() * bytes_per_token_);
  std::byte* out = bytes.data();
  for (const uint32_t token : tokens) {
    std::memcpy(out, &token, bytes_per_token_);
    out += bytes_per_token_;
  }
  file_.write(bytes);
  num_tokens_ += tokens.size();
}

void TokenBinWriter::commit() {
  if (kind_ == TokenBinKind::kLlmC) {
    if (num_tokens_ > std::numeric_limits<int32_t>::max()) {
      fail_bin(path_, fmt::format("llm.c's header holds no {} tokens", num_tokens_));
    }
    file_.write_at(0, std::as_bytes(std::span<const int32_t>(header())));
  }
  file_.commit();
}

}  // namespace assay
