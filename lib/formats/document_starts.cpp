#include "formats/document_starts.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>

#include "error/error.h"

namespace assay {
namespace {

// The header as it lies in the file.
struct StartsHeader {
  std::array<char, 8> magic{'A', 'S', 'S', 'A', 'Y', 'D', 'O', 'C'};
  uint32_t version = 1;
  uint32_t zero = 0;
  uint64_t count = 0;
  uint64_t num_tokens = 0;
};
static_assert(sizeof(StartsHeader) == 32);

std::array<std::byte, sizeof(StartsHeader)> as_header_bytes(const StartsHeader& header) {
  return std::bit_cast<std::array<std::byte, sizeof(StartsHeader)>>(header);
}

StartsHeader read_starts_header(std::span<const std::byte> file, const std::filesystem::path& path,
                                uint64_t num_tokens) {
  const StartsHeader known;
  StartsHeader header;
  if (file.size() < sizeof(header)) {
    throw DataError(fmt::format("[formats] document starts are cut off: {}", path.string()));
  }
  std::memcpy(&header, file.data(), sizeof(header));
  if (header.magic != known.magic || header.version != known.version || header.zero != 0) {
    throw DataError(fmt::format("[formats] not document starts, version 1: {}", path.string()));
  }
  if (header.num_tokens != num_tokens) {
    throw DataError(fmt::format("[formats] document starts of another shard: {} tokens, not {}: {}",
                                header.num_tokens, num_tokens, path.string()));
  }
  if (header.count != (file.size() - sizeof(header)) / sizeof(uint64_t) ||
      (file.size() - sizeof(header)) % sizeof(uint64_t) != 0) {
    throw DataError(fmt::format("[formats] document starts are cut off: {} of {} bytes: {}",
                                file.size(), header.count, path.string()));
  }
  return header;
}

}  // namespace

DocumentStarts::DocumentStarts(const std::filesystem::path& path, uint64_t num_tokens)
    : mapping_(path) {
  const StartsHeader header = read_starts_header(mapping_.bytes(), path, num_tokens);
  starts_ = {reinterpret_cast<const uint64_t*>(mapping_.bytes().data() + sizeof(header)),
             header.count};
  uint64_t least = 0;
  for (size_t i = 0; i < starts_.size(); ++i) {
    if (starts_[i] < least || starts_[i] >= num_tokens || (i == 0 && starts_[i] != 0)) {
      throw DataError(fmt::format("[formats] document {} begins at token {} of {}: {}", i,
                                  starts_[i], num_tokens, path.string()));
    }
    least = starts_[i] + 1;
  }
}

DocumentStartsWriter::DocumentStartsWriter(const std::filesystem::path& path) : file_(path) {
  file_.write(as_header_bytes({}));
}

void DocumentStartsWriter::append(std::span<const uint64_t> starts) {
  file_.write(std::as_bytes(starts));
  count_ += starts.size();
}

void DocumentStartsWriter::commit(uint64_t num_tokens) {
  StartsHeader header;
  header.count = count_;
  header.num_tokens = num_tokens;
  file_.write_at(0, as_header_bytes(header));
  file_.commit();
}

std::filesystem::path document_starts_path(const std::filesystem::path& shard) {
  std::filesystem::path path = shard;
  return path.replace_extension(".docs");
}

}  // namespace assay
