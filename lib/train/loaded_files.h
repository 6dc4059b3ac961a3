#pragma once

#include <vector>

#include "record/run_manifest.h"

namespace assay {

/// This program, by content.
FileDigest program_digest();

/// The shared libraries that this process has mapped, by content, sorted by path. A run on the CPU
/// leaves out those of CUDA, which take part in nothing. Hashing a gigabyte takes seconds, so
/// digests are remembered in the user's cache folder by path, size, inode and time of change.
std::vector<FileDigest> library_digests(bool with_cuda);

}  // namespace assay
