/**
 * The least configuration with which one monitor, one object daemon that keeps everything in memory, and one gateway
 * are an S3 server: a single copy, no authentication among the three, loopback only, short waits. The daemon says
 * nothing of itself on start: it would ask before it has learnt the cluster's id, now and then, be refused, and end.
 * The monitor looks at no percentage of the disk: it would end itself on a large one of which 5% is left, be that many
 * gigabytes.
 */
export function cephConf({ folder, fsid, monitorPort, memory }) {
  return `[global]
fsid = ${fsid}
mon_host = v1:127.0.0.1:${monitorPort}
ms_bind_msgr2 = false
public_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_supported = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_osd_adjust_heartbeat_grace = false
mon_data_avail_crit = 0
mon_data_avail_warn = 0
osd_crush_chooseleaf_type = 0
osd_crush_update_on_start = false
osd_class_update_on_start = false
osd_min_pg_log_entries = 10
osd_class_load_list = *
osd_class_default_list = *
osd_objectstore = memstore
memstore_device_bytes = ${memory}
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
rgw_gc_obj_min_wait = 1
rgw_gc_processor_period = 2
setuser_match_path =
run_dir = ${folder}/run
log_file = ${folder}/$name.log
admin_socket = ${folder}/run/$name.asok
pid_file = ${folder}/run/$name.pid
mon_data = ${folder}/mon
osd_data = ${folder}/osd
rgw_data = ${folder}/rgw
`;
}
