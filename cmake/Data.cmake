# The data files of the program: the schema, the themes, the far side, the range. In the build tree they lie under
# DATA_DIR as they will under the prefix, so that the program finds them from its own place (core/base/data.h):
# <bin>/../share/ods-failover, or <build>/share/ods-failover.
set(DATA_DIR ${CMAKE_BINARY_DIR}/share/ods-failover)
add_custom_target(data ALL)

# One program out of its parts, in the order of their names (remote/host/far/NN-*.sh).
file(GLOB FAR_PARTS CONFIGURE_DEPENDS remote/host/far/*.sh)
if(FAR_PARTS)
  set(FAR ${DATA_DIR}/far)
  add_custom_command(OUTPUT ${FAR} COMMAND ${CMAKE_COMMAND} -E make_directory ${DATA_DIR}
                     COMMAND cat ${FAR_PARTS} > ${FAR} COMMAND chmod 0755 ${FAR} DEPENDS ${FAR_PARTS} VERBATIM)
  add_custom_target(far DEPENDS ${FAR})
  add_dependencies(data far)
  install(PROGRAMS ${FAR} DESTINATION ${CMAKE_INSTALL_DATADIR}/ods-failover)
endif()

# data_files(SUBDIR FILE...) copies FILES to DATA_DIR/SUBDIR and installs them there.
set(DATA_STAMPS "")
function(data_files subdir)
  foreach(file ${ARGN})
    get_filename_component(name ${file} NAME)
    set(to ${DATA_DIR}/${subdir}/${name})
    add_custom_command(OUTPUT ${to} COMMAND ${CMAKE_COMMAND} -E make_directory ${DATA_DIR}/${subdir}
                       COMMAND cp -p ${file} ${to} DEPENDS ${file} VERBATIM)
    set(DATA_STAMPS ${DATA_STAMPS} ${to} PARENT_SCOPE)
    set(DATA_STAMPS ${DATA_STAMPS} ${to})
    install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/ods-failover/${subdir}
            PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endforeach()
endfunction()

file(GLOB SCHEMAS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/pair/*.rng ${CMAKE_SOURCE_DIR}/core/pair/*.rnc
     ${CMAKE_SOURCE_DIR}/themes/*.rng)
file(GLOB THEMES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/themes/*.xml)
file(GLOB RANGE_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/remote/range/*.sh)
file(GLOB_RECURSE RECORDINGS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/remote/replay/recording/*)
data_files(schema ${SCHEMAS})
data_files(themes ${THEMES})
data_files(range ${RANGE_FILES})
foreach(file ${RECORDINGS})
  file(RELATIVE_PATH place ${CMAKE_SOURCE_DIR}/remote/replay ${file})
  get_filename_component(place ${place} DIRECTORY)
  data_files(${place} ${file})
endforeach()
add_custom_target(data-files DEPENDS ${DATA_STAMPS})
add_dependencies(data data-files)

file(GLOB MANUALS_8 CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/*.8)
file(GLOB MANUALS_5 CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/*.5)
install(FILES ${MANUALS_8} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${MANUALS_5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
